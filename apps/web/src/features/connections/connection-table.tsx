"use client";

import { MagnifyingGlassIcon } from "@phosphor-icons/react/dist/csr/MagnifyingGlass";
import { PencilSimpleIcon } from "@phosphor-icons/react/dist/csr/PencilSimple";
import { TrashIcon } from "@phosphor-icons/react/dist/csr/Trash";
import Link from "next/link";
import { useState } from "react";
import type { Connection, ConnectionKind } from "../../client/contract.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { dayOf } from "../../ui/format.ts";
import { Time, useNow } from "../../ui/time.tsx";
import { KindIcon } from "./kind-icon.tsx";
import { LiveTest } from "./live-test.tsx";
import { CONNECTIONS } from "./messages.ts";

interface ConnectionTableProps {
	readonly tenant: string;
	readonly connections: readonly Connection[];
	readonly kinds: readonly ConnectionKind[];
	readonly mayEdit: boolean;
	onTested(): void;
	onEdit(connection: Connection): void;
	onBrowse(connection: Connection): void;
	onRemove(connection: Connection): void;
}

/** A certificate that ends so soon is worth a look. */
const SOON_MS = 21 * 86_400_000;

function StateChip({ connection }: { readonly connection: Connection }) {
	if (connection.state === "ok") return <Chip tone="ok">Works</Chip>;
	if (connection.state === "failing") return <Chip tone="error">Failing</Chip>;
	return <Chip tone="draft">Never tested</Chip>;
}

export function ConnectionTable({ connections, ...shared }: ConnectionTableProps) {
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
					<ConnectionRow key={connection.id} connection={connection} {...shared} />
				))}
			</tbody>
		</table>
	);
}

interface ConnectionRowProps extends Omit<ConnectionTableProps, "connections"> {
	readonly connection: Connection;
}

function ConnectionRow({ tenant, connection, kinds, mayEdit, onTested, onEdit, onBrowse, onRemove }: ConnectionRowProps) {
	const [test, setTest] = useState(0);
	const kind = kinds.find(({ type }) => type === connection.type);
	const blocked = connection.managed
		? "Weir keeps this connection; it cannot be deleted."
		: connection.usedBy.length > 0
			? `Used by ${connection.usedBy.map(({ name }) => name).join(", ")}. Point them elsewhere first.`
			: undefined;

	return (
		<>
			<tr>
				<td>
					<span className="flex items-start gap-2">
						{kind ? (
							<span className="mt-0.5 text-muted">
								<KindIcon svg={kind.icon} size={16} />
							</span>
						) : null}
						<span>
							<span className="font-medium">{connection.name}</span>
							<span className="block text-meta text-muted">
								{connection.managed ? CONNECTIONS.managed : (kind?.title ?? connection.type)}
							</span>
						</span>
					</span>
				</td>
				<td className="max-w-64 font-mono text-meta break-all">{connection.target}</td>
				<td>
					<StateChip connection={connection} />
					{connection.state === "failing" && connection.message ? (
						<span className="block max-w-80 py-1 text-meta text-error-text">{connection.message}</span>
					) : null}
					<CertificateEnd at={connection.certificateExpiresAt} />
				</td>
				<td>
					<Time at={connection.checkedAt} />
					{connection.checkMs === undefined ? null : (
						<span className="block text-meta whitespace-nowrap text-muted">took {connection.checkMs} ms</span>
					)}
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
						<Button size="compact" disabled={!mayEdit} onClick={() => setTest(test + 1)}>
							Test
						</Button>
						<Button
							kind="ghost"
							size="compact"
							iconOnly
							aria-label={`Look into ${connection.name}`}
							title="Look into it"
							disabled={!mayEdit}
							onClick={() => onBrowse(connection)}
						>
							<MagnifyingGlassIcon size={16} aria-hidden="true" />
						</Button>
						<Button
							kind="ghost"
							size="compact"
							iconOnly
							aria-label={`Edit ${connection.name}`}
							title={connection.managed ? "Weir keeps this connection; it cannot be changed." : "Edit, replace secrets"}
							disabled={!mayEdit || connection.managed}
							onClick={() => onEdit(connection)}
						>
							<PencilSimpleIcon size={16} aria-hidden="true" />
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
			{test > 0 ? (
				<tr>
					<td colSpan={6} className="bg-sunken py-3!">
						<LiveTest key={test} tenant={tenant} connection={connection.id} onTested={onTested} />
					</td>
				</tr>
			) : null}
		</>
	);
}

function CertificateEnd({ at }: { readonly at: number | undefined }) {
	const now = useNow();
	if (at === undefined) return null;
	const isSoon = now !== 0 && at - now < SOON_MS;
	return <span className={`block text-meta ${isSoon ? "text-warn-text" : "text-muted"}`}>Certificate ends on {dayOf(at)}</span>;
}
