import { CaretDownIcon } from "@phosphor-icons/react/dist/csr/CaretDown";
import { CaretRightIcon } from "@phosphor-icons/react/dist/csr/CaretRight";
import { CopyIcon } from "@phosphor-icons/react/dist/csr/Copy";
import { Fragment, useState } from "react";
import { useSession } from "../editor/context.ts";
import { clockTimeMs, plural } from "../format.ts";
import type { TapRow } from "../ports.ts";
import { toast } from "../view/store.ts";
import { changedSince, fieldsOfJson } from "./tap-store.ts";

export type TapShape = "json" | "table" | "raw" | "changes";

const DRAWN = 100;

export interface TapRowsProps {
	readonly rows: readonly TapRow[];
	readonly shape: TapShape;
	readonly nodeId: string | undefined;
	readonly canRead: boolean;
	readonly isFiltered: boolean;
	readonly seen: number;
}

/** The records themselves. For a transform, what came in and what went out stand side by side. */
export function TapRows({ rows, shape, nodeId, canRead, isFiltered, seen }: TapRowsProps) {
	const session = useSession();
	const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
	const toggle = (id: string) => {
		const next = new Set(open);
		if (!next.delete(id)) next.add(id);
		setOpen(next);
	};
	if (!canRead) {
		return (
			<p className="weir-empty-line" data-testid="no-payloads">
				No access to payloads. {plural(seen, "record")} passed since the panel was opened. An owner or admin can give you the right to read
				data.
			</p>
		);
	}
	if (rows.length === 0) {
		return <p className="weir-muted weir-empty-line">{isFiltered ? "No record matches the filter." : "Waiting for the next record…"}</p>;
	}
	const hasSides = rows.some((row) => row.side === "in") && rows.some((row) => row.side === "out");
	const pulse = (on: boolean) => () => session.view.setState({ hovered: on ? nodeId : undefined });
	const table = (side: "in" | "out" | undefined) => (
		<section
			className="weir-tap-scroll"
			// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
			tabIndex={0}
			aria-label={side === undefined ? "Records" : side === "in" ? "Records before" : "Records after"}
		>
			<table className="weir-tap-table">
				<thead>
					<tr>
						<th scope="col" className="weir-tap-time">
							time
						</th>
						<th scope="col" className="weir-tap-key">
							key
						</th>
						<th scope="col">{side === "in" ? "value before" : side === "out" ? "value after" : "value"}</th>
						<th scope="col" className="weir-tap-size">
							size
						</th>
						<th scope="col" className="weir-tap-buttons">
							<span className="weir-hidden">whole record, copy</span>
						</th>
					</tr>
				</thead>
				<tbody onMouseEnter={pulse(true)} onMouseLeave={pulse(false)}>
					{rows
						.filter((row) => side === undefined || row.side === side)
						.slice(0, DRAWN)
						.map((row, i, all) => (
							<Fragment key={row.id}>
								<tr data-testid="tap-row">
									<td>{clockTimeMs(row.at)}</td>
									<td title={row.key}>{row.key}</td>
									<td>
										<Value row={row} shape={shape} before={all.slice(i + 1).find((other) => other.key === row.key)} />
									</td>
									<td className="weir-tap-size">{row.sizeBytes} B</td>
									<td className="weir-tap-buttons">
										<button
											type="button"
											className="weir-icon-button small"
											aria-label="The whole record"
											aria-expanded={open.has(row.id)}
											onClick={() => toggle(row.id)}
										>
											{open.has(row.id) ? <CaretDownIcon size={12} aria-hidden="true" /> : <CaretRightIcon size={12} aria-hidden="true" />}
										</button>
										<button
											type="button"
											className="weir-icon-button small"
											aria-label="Copy the record"
											onClick={() => void copy(session, row.value)}
										>
											<CopyIcon size={12} aria-hidden="true" />
										</button>
									</td>
								</tr>
								{open.has(row.id) && (
									<tr className="weir-tap-whole">
										<td colSpan={5}>
											<pre>{wholeText(row.value)}</pre>
										</td>
									</tr>
								)}
							</Fragment>
						))}
				</tbody>
			</table>
		</section>
	);
	return hasSides ? (
		<div className="weir-tap-sides">
			{table("in")}
			{table("out")}
		</div>
	) : (
		table(undefined)
	);
}

function Value({ row, shape, before }: { readonly row: TapRow; readonly shape: TapShape; readonly before: TapRow | undefined }) {
	const fields = fieldsOfJson(row.value);
	if (shape === "raw" || fields === undefined) return row.value;
	if (shape === "json") return oneLine(fields);
	const changed = changedSince(row, before);
	const shown =
		shape === "changes" && before !== undefined ? Object.entries(fields).filter(([name]) => changed.has(name)) : Object.entries(fields);
	if (shown.length === 0) return <span className="weir-muted">nothing changed</span>;
	return shown.map(([name, value]) => (
		<Fragment key={name}>
			<span className="weir-tap-field" data-changed={changed.has(name) || undefined}>
				{name} <b>{JSON.stringify(value)}</b>
			</span>
		</Fragment>
	));
}

/** JSON with room to breathe, on one line. */
function oneLine(fields: Readonly<Record<string, unknown>>): string {
	return `{ ${Object.entries(fields)
		.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
		.join(", ")} }`;
}

function wholeText(value: string): string {
	const fields = fieldsOfJson(value);
	return fields === undefined ? value : JSON.stringify(fields, null, 2);
}

async function copy(session: ReturnType<typeof useSession>, text: string): Promise<void> {
	try {
		await navigator.clipboard.writeText(text);
		toast(session.view, "Copied the record");
	} catch {
		toast(session.view, "The browser does not allow copying here.", { tone: "error" });
	}
}
