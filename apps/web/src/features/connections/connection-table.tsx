"use client";

import { TrashIcon } from "@phosphor-icons/react/dist/csr/Trash";
import Link from "next/link";
import { useState } from "react";
import { connectionApi } from "../../client/connections.ts";
import type { Connection, ConnectionTest } from "../../client/contract.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { Time } from "../../ui/time.tsx";
import { useNotify } from "../../ui/toast.tsx";
import { CONNECTIONS } from "./messages.ts";
import { TestResult } from "./test-result.tsx";

interface ConnectionTableProps {
	readonly tenant: string;
	readonly connections: readonly Connection[];
	readonly mayEdit: boolean;
	onTested(): void;
	onRemove(connection: Connection): void;
}

function StateChip({ connection }: { readonly connection: Connection }) {
	if (connection.state === "ok") return <Chip tone="ok">Works</Chip>;
	if (connection.state === "failing") return <Chip tone="error">Failing</Chip>;
	return <Chip tone="draft">Never tested</Chip>;
}

export function ConnectionTable({ tenant, connections, mayEdit, onTested, onRemove }: ConnectionTableProps) {
	return (
		<table className="w-table">
			<thead>
				<tr>
					<th scope="col">Name</th>
					<th scope="col">Target</th>
					<th scope="col">State</th>
					<th scope="col">Last test</th>
					<th scope="col">Used by</th>
					<th scope="col">
						<span className="sr-only">Actions</span>
					</th>
				</tr>
			</thead>
			<tbody>
				{connections.map((connection) => (
					<ConnectionRow
						key={connection.id}
						tenant={tenant}
						connection={connection}
						mayEdit={mayEdit}
						onTested={onTested}
						onRemove={onRemove}
					/>
				))}
			</tbody>
		</table>
	);
}

interface ConnectionRowProps extends Omit<ConnectionTableProps, "connections"> {
	readonly connection: Connection;
}

function ConnectionRow({ tenant, connection, mayEdit, onTested, onRemove }: ConnectionRowProps) {
	const notify = useNotify();
	const [isTesting, setIsTesting] = useState(false);
	const [result, setResult] = useState<ConnectionTest>();
	const blocked = connection.managed
		? "Weir keeps this connection; it cannot be deleted."
		: connection.usedBy.length > 0
			? `Used by ${connection.usedBy.map(({ name }) => name).join(", ")}. Point them elsewhere first.`
			: undefined;

	async function test() {
		setIsTesting(true);
		setResult(undefined);
		try {
			setResult(await connectionApi.test(tenant, connection.id));
			onTested();
		} catch (error) {
			notify({ title: "The test could not be run.", description: error instanceof Error ? error.message : String(error), isError: true });
		} finally {
			setIsTesting(false);
		}
	}

	return (
		<>
			<tr>
				<td>
					<span className="font-medium">{connection.name}</span>
					{connection.managed ? <span className="block text-meta text-muted">{CONNECTIONS.managed}</span> : null}
				</td>
				<td className="font-mono text-meta">{connection.target}</td>
				<td>
					<StateChip connection={connection} />
					{connection.state === "failing" && connection.message ? (
						<span className="block max-w-80 py-1 text-meta text-error-text">{connection.message}</span>
					) : null}
				</td>
				<td>
					<Time at={connection.checkedAt} />
				</td>
				<td>
					{connection.usedBy.length === 0
						? "No flow"
						: connection.usedBy.map(({ id, name }, index) => (
								<span key={id}>
									{index > 0 ? ", " : ""}
									<Link href={`/t/${tenant}/flows/${id}`} className="rounded-input text-accent-text underline underline-offset-2">
										{name}
									</Link>
								</span>
							))}
				</td>
				<td>
					<div className="flex justify-end gap-1">
						<Button size="compact" isBusy={isTesting} disabled={!mayEdit} onClick={test}>
							Test
						</Button>
						<Button
							kind="ghost"
							size="compact"
							iconOnly
							aria-label={`Delete ${connection.name}`}
							title={blocked ?? `Delete ${connection.name}`}
							disabled={!mayEdit || blocked !== undefined}
							onClick={() => onRemove(connection)}
						>
							<TrashIcon size={16} aria-hidden="true" />
						</Button>
					</div>
				</td>
			</tr>
			{result ? (
				<tr>
					<td colSpan={6} className="bg-sunken py-3!">
						<TestResult result={result} />
					</td>
				</tr>
			) : null}
		</>
	);
}
