"use client";

import { useEffect, useRef, useState } from "react";
import { connectionApi } from "../../client/connections.ts";
import type { ConnectionStep } from "../../client/contract.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { TestResult } from "./test-result.tsx";

interface LiveTestProps {
	readonly tenant: string;
	readonly connection: string;
	onTested(): void;
}

/** Tests a connection as soon as it is shown, and shows each step as it ends. */
export function LiveTest({ tenant, connection, onTested }: LiveTestProps) {
	const [steps, setSteps] = useState<readonly ConnectionStep[]>([]);
	const [ok, setOk] = useState<boolean>();
	const [problem, setProblem] = useState<string>();
	const [run, setRun] = useState(0);
	const told = useRef(onTested);
	told.current = onTested;

	// biome-ignore lint/correctness/useExhaustiveDependencies: a new number of the run is what starts another.
	useEffect(() => {
		let gone = false;
		setSteps([]);
		setOk(undefined);
		setProblem(undefined);
		connectionApi
			.test(tenant, connection, (step) => {
				if (!gone) setSteps((before) => [...before, step]);
			})
			.then(
				(result) => {
					if (gone) return;
					setSteps(result.steps);
					setOk(result.ok);
					told.current();
				},
				(error: unknown) => {
					if (!gone) setProblem(error instanceof Error ? error.message : String(error));
				},
			);
		return () => {
			gone = true;
		};
	}, [tenant, connection, run]);

	return (
		<div className="flex flex-col gap-3">
			{problem ? <Banner tone="error">{problem}</Banner> : <TestResult steps={steps} ok={ok} />}
			{ok === false || problem ? (
				<Button size="compact" className="self-start" onClick={() => setRun(run + 1)}>
					Test again
				</Button>
			) : null}
		</div>
	);
}
