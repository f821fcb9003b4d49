"use client";

import { CaretDownIcon } from "@phosphor-icons/react/dist/csr/CaretDown";
import { CaretRightIcon } from "@phosphor-icons/react/dist/csr/CaretRight";
import { useState } from "react";
import { useBrowse } from "../../client/connections.ts";
import type { BrowseEntry, Connection } from "../../client/contract.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { Failure } from "../../ui/states.tsx";

interface BrowseDialogProps {
	readonly tenant: string;
	readonly connection: Connection;
	onClose(): void;
}

/** What stands in an outside system, unfolded level by level. */
export function BrowseDialog({ tenant, connection, onClose }: BrowseDialogProps) {
	return (
		<Dialog
			title={`What is in “${connection.name}”`}
			description={<span className="font-mono text-meta">{connection.target}</span>}
			isOpen
			onClose={onClose}
			isSheet
			widthPx={520}
			actions={<Button onClick={onClose}>Close</Button>}
		>
			<Level tenant={tenant} connection={connection.id} path={[]} />
		</Dialog>
	);
}

interface LevelProps {
	readonly tenant: string;
	readonly connection: string;
	readonly path: readonly string[];
}

function Level({ tenant, connection, path }: LevelProps) {
	const found = useBrowse(tenant, connection, path);
	if (found.isPending) {
		return (
			<p role="status" className="flex items-center gap-2 py-1 text-muted">
				<Spinner size={12} /> Looking…
			</p>
		);
	}
	if (found.error) return <Failure title="It could not be looked into." error={found.error} onRetry={() => found.refetch()} />;
	if (found.data.length === 0) {
		return (
			<p className="py-1 text-muted">{path.length === 0 ? "There is nothing to look into, or nothing that may be seen." : "Nothing."}</p>
		);
	}
	return (
		<ul className={path.length === 0 ? "" : "ml-2 border-l border-hairline pl-3"}>
			{found.data.map((entry) => (
				<Entry key={`${entry.kind} ${entry.name}`} tenant={tenant} connection={connection} path={[...path, entry.name]} entry={entry} />
			))}
		</ul>
	);
}

function Entry({ tenant, connection, path, entry }: LevelProps & { readonly entry: BrowseEntry }) {
	const [isOpen, setIsOpen] = useState(false);
	const { name, kind, hasChildren, columns = [], note } = entry;
	const canOpen = hasChildren || columns.length > 0;
	const label = (
		<>
			<span className="min-w-0 font-mono break-all">{name}</span>
			<span className="text-meta text-muted">{[kind, note].filter(Boolean).join(" · ")}</span>
		</>
	);
	if (!canOpen) return <li className="flex items-baseline gap-2 py-1 pl-4.5">{label}</li>;
	return (
		<li>
			<button
				type="button"
				aria-expanded={isOpen}
				className="flex w-full items-baseline gap-2 rounded-input py-1 text-left hover:bg-sunken"
				onClick={() => setIsOpen(!isOpen)}
			>
				<span className="self-center">
					{isOpen ? <CaretDownIcon size={10} aria-hidden="true" /> : <CaretRightIcon size={10} aria-hidden="true" />}
				</span>
				{label}
			</button>
			{isOpen && columns.length > 0 ? (
				<ul className="mb-1 ml-2 border-l border-hairline pl-3">
					{columns.map((column) => (
						<li key={column.name} className="flex justify-between gap-4 py-0.5 pr-2">
							<span className="font-mono">{column.name}</span>
							<span className="text-meta text-muted">{column.type}</span>
						</li>
					))}
				</ul>
			) : null}
			{isOpen && hasChildren ? <Level tenant={tenant} connection={connection} path={path} /> : null}
		</li>
	);
}
