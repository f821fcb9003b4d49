"use client";

import "@weir/canvas/styles.css";
import { PlanView } from "@weir/canvas";
import { CATALOGUE, ICONS } from "../../client/catalogue.ts";
import type { JobTask, PlanStages } from "../../client/contract.ts";
import { Chip } from "../../ui/chip.tsx";

interface PlanPanelProps {
	readonly stages: PlanStages;
	readonly tasks: readonly JobTask[];
	nameOf(node: string): string;
}

/** The plan of the version that runs, with how each stage does; loaded with the page that shows it. */
export default function PlanPanel({ stages, tasks, nameOf }: PlanPanelProps) {
	return (
		<PlanView
			stages={stages}
			catalogue={CATALOGUE}
			icons={ICONS}
			nameOf={nameOf}
			noteOf={(stage) => <Note tasks={tasks.filter((task) => task.stage === stage)} />}
		/>
	);
}

function Note({ tasks }: { readonly tasks: readonly JobTask[] }) {
	const failed = tasks.filter((task) => task.state === "failed").length;
	const running = tasks.filter((task) => task.state === "running").length;
	if (tasks.length === 0) return null;
	if (failed > 0) return <Chip tone="error">{failed} failed</Chip>;
	return running === tasks.length ? <Chip tone="ok">All run</Chip> : <Chip tone="plain">{running} running</Chip>;
}
