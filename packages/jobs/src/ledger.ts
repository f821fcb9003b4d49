import { type Counters, counterOf, edgeCounter, portCounter, sumCounters } from "./counters.ts";

/** The part of a plan that the ledger needs; a `Plan` fits. */
export interface LedgerPlan {
	readonly stages: readonly {
		readonly id: string;
		readonly inputs: readonly (
			| { readonly type: "source"; readonly node: string }
			| { readonly type: "exchange"; readonly exchange: string; readonly edge: string; readonly to: { readonly node: string } }
		)[];
		readonly nodes: readonly { readonly id: string }[];
		readonly edges: readonly LedgerEdge[];
		readonly writes: readonly { readonly from: { readonly node: string; readonly port: string }; readonly edges: readonly string[] }[];
	}[];
}

interface LedgerEdge {
	readonly id: string;
	readonly from: { readonly node: string; readonly port: string };
}

/**
 * Where every record of a job went:
 * `in + carried + retried + made + copied = delivered + aggregated + filtered + duplicate + late + deadLetter + unconnected + inFlight`.
 */
export interface Ledger {
	/** Records read from the sources' streams. */
	readonly in: number;
	/** Rows that were on their way between two stages when this job took over from the one before. */
	readonly carried: number;
	/** Dead letters that a node was given again. */
	readonly retried: number;
	/** Rows that windows made of others. */
	readonly made: number;
	/** Further copies where one port feeds several edges. */
	readonly copied: number;
	readonly delivered: number;
	readonly aggregated: number;
	readonly filtered: number;
	readonly duplicate: number;
	readonly late: number;
	readonly deadLetter: number;
	/** Left by a main port that no edge leads on from. */
	readonly unconnected: number;
	/** Written by one stage and not yet read by the next. */
	readonly inFlight: number;
	/** Records in the sources' streams that are not read yet. */
	readonly waiting: number;
	/** 0 when the sum balances. */
	readonly difference: number;
}

/** What the ledger takes from a `TaskReport`. */
export interface LedgerReport {
	readonly stage: string;
	readonly counters: Counters;
	readonly lagRecords: number;
}

/** Adds up a job's ledger from the newest report of every task. */
export function ledgerOf(reports: readonly LedgerReport[], plan: LedgerPlan): Ledger {
	const counters = sumCounters(reports.map((report) => report.counters));
	const count = (name: string): number => counters[name] ?? 0;
	const edges = new Map<string, LedgerEdge>();
	for (const stage of plan.stages) {
		for (const edge of stage.edges) edges.set(edge.id, edge);
		for (const write of stage.writes) for (const id of write.edges) edges.set(id, { id, from: write.from });
	}
	const fanOut = new Map<string, number>();
	for (const edge of edges.values()) {
		const port = portCounter(edge.from.node, edge.from.port);
		fanOut.set(port, (fanOut.get(port) ?? 0) + 1);
	}
	const sources = new Set(plan.stages.flatMap((stage) => stage.inputs.flatMap((input) => (input.type === "source" ? [input.node] : []))));
	const nodes = new Set(plan.stages.flatMap((stage) => stage.nodes.map((node) => node.id)));
	for (const source of sources) nodes.add(source);

	const sum = {
		in: 0,
		retried: 0,
		made: 0,
		copied: 0,
		delivered: 0,
		aggregated: 0,
		filtered: 0,
		duplicate: 0,
		late: 0,
		deadLetter: 0,
		unconnected: 0,
	};
	const side = { filtered: 0, duplicate: 0, late: 0 };
	for (const node of nodes) {
		if (sources.has(node)) sum.in += count(counterOf(node, "in"));
		const aggregated = count(counterOf(node, "aggregated"));
		// A node that took windows over may close one before it has gathered anything itself.
		const gathers = aggregated > 0 || count(gathersCounter(node)) > 0;
		sum.aggregated += aggregated;
		sum.retried += count(counterOf(node, "retried"));
		sum.delivered += count(counterOf(node, "delivered"));
		sum.filtered += count(counterOf(node, "filtered"));
		sum.duplicate += count(counterOf(node, "duplicate"));
		sum.late += count(counterOf(node, "late"));
		sum.deadLetter += count(counterOf(node, "dead"));
		const prefix = `node/${node}/out/`;
		for (const [name, rows] of Object.entries(counters)) {
			if (!name.startsWith(prefix)) continue;
			const bucket = SIDE_PORTS[name.slice(prefix.length)];
			const copies = fanOut.get(name) ?? 0;
			if (bucket !== undefined) {
				// A side port repeats rows that a bucket has counted: they go on only along its edges.
				if (copies > 0) side[bucket] += rows;
				sum.copied += rows * Math.max(copies - 1, 0);
				continue;
			}
			if (gathers) sum.made += rows;
			if (copies === 0) sum.unconnected += rows;
			sum.copied += rows * Math.max(copies - 1, 0);
		}
	}
	sum.filtered -= side.filtered;
	sum.duplicate -= side.duplicate;
	sum.late -= side.late;
	const carried = carriedRows(plan, count);
	const inFlight = carried + exchangedRows(plan, count);
	const ended = sum.delivered + sum.aggregated + sum.filtered + sum.duplicate + sum.late + sum.deadLetter + sum.unconnected + inFlight;
	return {
		...sum,
		carried,
		inFlight,
		waiting: waitingRecords(reports, plan),
		difference: sum.in + carried + sum.retried + sum.made + sum.copied - ended,
	};
}

const SIDE_PORTS: Readonly<Record<string, "filtered" | "duplicate" | "late">> = {
	rejected: "filtered",
	duplicate: "duplicate",
	late: "late",
};

/** Counters of what a node passed on by its main ports: side ports repeat rows that a bucket has counted. */
export function mainPortCounters(counters: Counters, node: string): readonly string[] {
	const prefix = portCounter(node, "");
	return Object.keys(counters).filter((name) => name.startsWith(prefix) && SIDE_PORTS[name.slice(prefix.length)] === undefined);
}

/** Rows in exchanges: what went over their edges less what came out at the other end. */
function exchangedRows(plan: LedgerPlan, count: (name: string) => number): number {
	let rows = 0;
	for (const stage of plan.stages) {
		for (const input of stage.inputs) {
			if (input.type === "exchange") rows += count(edgeCounter(input.edge)) - count(exchangeReadCounter(input.edge));
		}
	}
	return rows;
}

function carriedRows(plan: LedgerPlan, count: (name: string) => number): number {
	let rows = 0;
	for (const stage of plan.stages) {
		for (const input of stage.inputs) if (input.type === "exchange") rows += count(exchangeCarriedCounter(input.edge));
	}
	return rows;
}

/** Not 0 where a node took over, with its state, that rows gathered in it. */
export function gathersCounter(node: string): string {
	return `node/${node}/gathers`;
}

/** Rows of an edge that were in its exchange when the job took it over. */
export function exchangeCarriedCounter(edge: string): string {
	return `edge/${edge}/carried`;
}

/** Rows of an edge that a stage read out of its exchange. */
export function exchangeReadCounter(edge: string): string {
	return `edge/${edge}/read`;
}

function waitingRecords(reports: readonly LedgerReport[], plan: LedgerPlan): number {
	const reading = new Set(plan.stages.filter((stage) => stage.inputs.some((input) => input.type === "source")).map((stage) => stage.id));
	return reports.reduce((sum, report) => sum + (reading.has(report.stage) ? report.lagRecords : 0), 0);
}
