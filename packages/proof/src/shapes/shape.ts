import type { Flow, FlowNode } from "@weir/flow";

/** A flow that is broken on purpose, and what the oracle must know of it. */
export interface Shape {
	readonly name: "windows" | "join";
	/** What the flow does, for the report. */
	readonly title: string;
	/** The drawing. Versions differ in a label: all state can be taken over. */
	flow(version: number): Flow;
	/** Clients post to a second source too, and some of their readings come late. */
	readonly hasValves: boolean;
	/** Tables of its sinks besides `raw`. */
	readonly tables: readonly ShapeTable[];
	/** SQL that gives a line of text for each window that is not what the acknowledged records add up to. */
	readonly wrongWindows: string;
	/** SQL that gives a line of text for each pair of records that is missing, doubled or made up. */
	readonly wrongPairs?: string;
	/** SQL that counts the results that were told again because a record came late. */
	readonly corrections?: string;
}

export interface ShapeTable {
	readonly name: string;
	/** What is selected from the sink's table. */
	readonly select: string;
	/** The columns as DuckDB reads them. */
	readonly columns: string;
}

/** How far out of order the clients send, at most, but for records that are meant to come late. */
export const DISORDER_MS = 1_900;
/** How late records come that are meant to, at least and at most. */
export const TARDY_MS = { least: 3_000, most: 8_000 } as const;
/** Records below it are filtered out. */
export const LEAST_LITRES = 5;
/** An amount that the filter's condition divides by zero for. */
export const UNDIVIDED_LITRES = 1_000;
/** Length of the windows, in ms of event time. */
export const WINDOW_MS = 5_000;
/** The name of a device whose records a fault means to lose begins so, and they have this amount: the oracle leaves them out. */
export const DOOMED = { device: "doomed", litres: 900 } as const;

const IDLE_MS = 600_000;

/** Config of an HTTP source. */
export function source(id: string, fields: readonly (readonly [name: string, type: string])[]): FlowNode {
	return node(id, "http-source", {
		fields: fields.map(([name, type]) => ({ name, type })),
		eventTimeField: "at",
		keyField: "device",
		messageIdField: "id",
		maxDisorderMs: DISORDER_MS + 1_100,
		idleAfterMs: IDLE_MS,
	});
}

/** The filter behind the source of readings. */
export function keep(version: number): FlowNode {
	const condition = `litres >= ${LEAST_LITRES} and 60 / (litres - ${UNDIVIDED_LITRES}) < 1`;
	return { ...node("keep", "filter", { condition }), label: `keep ${version}` };
}

export function node(id: string, kind: string, config: Record<string, unknown>): FlowNode {
	return { id, kind, version: 1, label: id, config, position: { x: 0, y: 0 } };
}

/** An edge between two ends such as `src` or `join.left`. */
export function edge(from: string, to: string): Flow["edges"][number] {
	const [fromNode = "", fromPort = "out"] = from.split(".");
	const [toNode = "", toPort = "in"] = to.split(".");
	return {
		id: `${from}-${to}`.replaceAll(".", "_"),
		from: { node: fromNode, port: fromPort },
		to: { node: toNode, port: toPort },
	};
}

/** SQL of the lines that tell of windows that differ; `wanted` and the table have the columns key, start and `result`. */
export function differing(table: string, wanted: string): string {
	return `
		select '${table} ' || coalesce(w.key, f.key) || ' ' || coalesce(w.start, f.start) || ': wanted ' || coalesce(w.result, 'no window')
			|| ', found ' || coalesce(f.result, 'no window')
		from (${wanted}) w full outer join ${table} f on w.key = f.key and w.start = f.start
		where w.result is distinct from f.result`;
}
