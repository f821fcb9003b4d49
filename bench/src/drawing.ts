import { FLOW } from "./flow.ts";

export interface DrawingOptions {
	/** Kind and config of the last node. */
	readonly sink: { readonly kind: string; readonly config: Readonly<Record<string, unknown>> };
	/** Records above this go on; flows that differ in it alone have one shape. */
	readonly threshold?: number;
	/** Put before the name of every field, so that the flow has a shape of its own. */
	readonly prefix?: string;
}

const node = (id: string, kind: string, config: Readonly<Record<string, unknown>>, version = 1, x = 0) => ({
	id,
	kind,
	version,
	label: id,
	config,
	position: { x, y: 0 },
});
const edge = (from: string, to: string) => ({ id: `${from}-${to}`, from: { node: from, port: "out" }, to: { node: to, port: "in" } });

/** The reference flow with real ends, as the editor saves it: HTTP in, a sink out. */
export function referenceDrawing({ sink, threshold = 20, prefix = "" }: DrawingOptions) {
	const field = (name: string, type: string) => ({ name: `${prefix}${name}`, type });
	const { dedup, window } = FLOW;
	const source = {
		fields: [field("deviceId", "text"), field("ts", "timestamp"), field("temperature", "number"), field("seq", "integer")],
		eventTimeField: `${prefix}ts`,
		keyField: `${prefix}deviceId`,
	};
	const aggregates = window.aggregates.map((aggregate) => ({
		...aggregate,
		field: aggregate.field === "" ? "" : prefix + aggregate.field,
	}));
	return {
		schemaVersion: 1 as const,
		nodes: [
			node("source", "http-source", source),
			node("dedup", "dedup", { ...dedup, keys: dedup.keys.map((key) => prefix + key) }, 1, 384),
			node("warm", "filter", { condition: `${prefix}temperature > ${threshold}` }, 1, 768),
			node("window", "tumbling-window", { ...window, groupBy: window.groupBy.map((name) => prefix + name), aggregates }, 1, 1_152),
			node("table", sink.kind, sink.config, 1, 1_536),
		],
		edges: [edge("source", "dedup"), edge("dedup", "warm"), edge("warm", "window"), edge("window", "table")],
	};
}
