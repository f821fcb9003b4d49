import type { Flow } from "@weir/flow";
import { growthText } from "@weir/records";
import { titleOf } from "../../client/catalogue.ts";
import type { FlowMetrics } from "../../client/contract.ts";
import { Chip, type ChipTone } from "../../ui/chip.tsx";
import { bytes, fullNumber, rate, shortNumber, UNKNOWN } from "../../ui/format.ts";
import { KindTile } from "../flows/kind-icons.tsx";

const STATES = {
	ok: ["ok", "OK"],
	warn: ["warn", "Warning"],
	failing: ["error", "Failing"],
	paused: ["paused", "Paused"],
	starting: ["busy", "Starting"],
	draft: ["draft", "Not deployed"],
} as const satisfies Record<string, readonly [ChipTone, string]>;

const COLUMNS = ["in", "out", "delivered", "filtered", "duplicate", "late", "aggregated", "expired", "dead"] as const;
const ALWAYS: ReadonlySet<string> = new Set<(typeof COLUMNS)[number]>(["in", "out", "delivered", "dead"]);
const WORDS = {
	in: "In",
	out: "Out",
	delivered: "Delivered",
	filtered: "Filtered",
	duplicate: "Duplicate",
	late: "Late",
	aggregated: "Aggregated",
	expired: "Expired",
	dead: "Dead letters",
} as const;

interface NodeTableProps {
	readonly flow: Flow;
	readonly metrics: FlowMetrics;
	readonly selectedId: string | null;
	onSelect(nodeId: string | null): void;
}

/** What each node took in and where it went, since the job began. */
export function NodeTable({ flow, metrics, selectedId, onSelect }: NodeTableProps) {
	const byId = new Map(metrics.nodes.map((node) => [node.nodeId, node]));
	const largest = Math.max(...metrics.nodes.map((node) => node.held?.bytes ?? 0));
	// What never happened at any node would only be noise.
	const columns = COLUMNS.filter((column) => ALWAYS.has(column) || metrics.nodes.some((node) => node.totals[column] > 0));
	return (
		<table className="w-table">
			<thead>
				<tr>
					<th scope="col">Node</th>
					<th scope="col">State</th>
					<th scope="col" data-number="">
						In now
					</th>
					<th scope="col" data-number="">
						Out now
					</th>
					<th scope="col" data-number="">
						Holds
					</th>
					{columns.map((column) => (
						<th key={column} scope="col" data-number="">
							{WORDS[column]}
						</th>
					))}
				</tr>
			</thead>
			<tbody>
				{flow.nodes.map(({ id, kind, label }) => {
					const node = byId.get(id);
					const [tone, word] = STATES[node?.state ?? "draft"];
					return (
						<tr key={id} data-link="" className={selectedId === id ? "bg-accent-soft" : undefined}>
							<td>
								<button
									type="button"
									className="flex min-h-7 items-center gap-2 rounded-input text-left"
									aria-pressed={selectedId === id}
									onClick={() => onSelect(selectedId === id ? null : id)}
								>
									<KindTile kind={kind} sizePx={20} />
									<span>
										<span className="font-medium whitespace-nowrap">{label}</span>
										<span className="sr-only">, {titleOf(kind)}</span>
									</span>
								</button>
							</td>
							<td>
								<Chip tone={tone}>{word}</Chip>
								{node?.reason ? <span className="block max-w-90 min-w-60 py-0.5 text-meta text-error-text">{node.reason}</span> : null}
							</td>
							<td data-number="">{rate(node?.inPerSecond)}</td>
							<td data-number="">{rate(node?.outPerSecond)}</td>
							<td data-number="">
								<Held held={node?.held} fill={metrics.state?.fill} isLargest={node?.held?.bytes === largest} />
							</td>
							{columns.map((column) => {
								const value = node?.totals[column];
								return (
									<td
										key={column}
										data-number=""
										title={fullNumber(value)}
										className={column === "dead" && value ? "text-error-text" : value === 0 ? "text-muted" : undefined}
									>
										{value !== undefined && value < 100_000 ? fullNumber(value) : shortNumber(value)}
									</td>
								);
							})}
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}

interface HeldProps {
	readonly held: FlowMetrics["nodes"][number]["held"];
	/** Of all nodes together. */
	readonly fill: number | undefined;
	readonly isLargest: boolean;
}

/** Memory that a node holds between records, how that grows, and at the largest, how near all of it is to the bound. */
function Held({ held, fill, isLargest }: HeldProps) {
	if (held === undefined) return <span className="text-muted">{UNKNOWN}</span>;
	const growth = held.growthPerSecond === undefined ? undefined : growthText(held.growthPerSecond);
	const share = fill === undefined ? undefined : `All states fill ${Math.round(fill * 100)} % of what the flow may hold in a worker.`;
	return (
		<span title={share}>
			{bytes(held.bytes)}
			{growth === undefined || growth === "steady" ? null : <span className="block text-meta text-muted">{growth}</span>}
			{isLargest && fill !== undefined && fill >= 0.6 ? (
				<span className={`block text-meta ${fill >= 0.8 ? "text-error-text" : "text-warn-text"}`}>
					{Math.round(fill * 100)} % of the bound
				</span>
			) : null}
		</span>
	);
}
