import { CheckCircleIcon } from "@phosphor-icons/react/dist/csr/CheckCircle";
import { WarningCircleIcon } from "@phosphor-icons/react/dist/csr/WarningCircle";
import type { LedgerSums } from "../../client/contract.ts";
import { count, fullNumber } from "../../ui/format.ts";

const CAME = [
	["in", "Read from the doors"],
	["carried", "Taken over on their way"],
	["retried", "Dead letters tried again"],
	["made", "Made by windows, joins and the like"],
	["copied", "Copied to further branches"],
] as const;

const WENT = [
	["delivered", "Delivered by sinks"],
	["aggregated", "Gone into windows, joins and the like"],
	["filtered", "Filtered out"],
	["duplicate", "Duplicates"],
	["late", "Late"],
	["deadLetter", "Dead letters"],
	["unconnected", "Left at an unconnected port"],
	["inFlight", "Between stages"],
] as const;

function Side({
	title,
	rows,
	sum,
}: {
	readonly title: string;
	readonly rows: readonly (readonly [string, number])[];
	readonly sum: number;
}) {
	return (
		<div className="min-w-0 flex-1">
			<h3 className="mb-1 text-meta font-medium text-muted">{title}</h3>
			<dl className="grid grid-cols-[1fr_auto] gap-y-1 tabular-nums">
				{rows.map(([label, value]) => (
					<div key={label} className={`col-span-2 grid grid-cols-subgrid ${value === 0 ? "text-muted" : ""}`}>
						<dt>{label}</dt>
						<dd className="text-right">{fullNumber(value)}</dd>
					</div>
				))}
				<div className="col-span-2 mt-1 grid grid-cols-subgrid border-t border-hairline pt-1 font-semibold">
					<dt>Sum</dt>
					<dd className="text-right">{fullNumber(sum)}</dd>
				</div>
			</dl>
		</div>
	);
}

/** Where every record went; it balances to the record, or says by how many it does not. */
export function Ledger({ ledger }: { readonly ledger: LedgerSums }) {
	const came = CAME.map(([name, label]) => [label, ledger[name]] as const);
	const went = WENT.map(([name, label]) => [label, ledger[name]] as const);
	const sum = (rows: readonly (readonly [string, number])[]) => rows.reduce((total, [, value]) => total + value, 0);
	return (
		<div className="flex flex-col gap-3">
			<p
				className={`flex items-center gap-1.5 font-medium ${ledger.difference === 0 ? "text-ok-text" : "text-error-text"}`}
				data-testid="ledger"
				data-difference={ledger.difference}
			>
				{ledger.difference === 0 ? <CheckCircleIcon size={16} aria-hidden="true" /> : <WarningCircleIcon size={16} aria-hidden="true" />}
				{ledger.difference === 0
					? "Every record is accounted for."
					: `Off by ${fullNumber(ledger.difference)}. Ask whoever runs this Weir to look at it.`}
			</p>
			<div className="flex flex-col gap-6 sm:flex-row sm:gap-10">
				<Side title="Came" rows={came} sum={sum(came)} />
				<Side title="Went" rows={went} sum={sum(went)} />
			</div>
			{ledger.waiting > 0 ? (
				<p className="text-meta text-muted">
					{count(ledger.waiting, "more record")} {ledger.waiting === 1 ? "waits" : "wait"} in the log, not yet read.
				</p>
			) : null}
		</div>
	);
}
