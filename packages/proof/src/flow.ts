import type { Flow, FlowNode } from "@weir/flow";

/** Length of the windows, in ms of event time. */
export const WINDOW_MS = 5_000;
/** How far out of order the clients send, at most. */
export const DISORDER_MS = 1_900;
/** Records below it are filtered out. */
export const LEAST_LITRES = 5;

const FIELDS = [
	{ name: "id", type: "text" },
	{ name: "tag", type: "text" },
	{ name: "device", type: "text" },
	{ name: "n", type: "integer" },
	{ name: "litres", type: "number" },
	{ name: "at", type: "timestamp" },
];

function node(id: string, kind: string, config: Record<string, unknown>): FlowNode {
	return { id, kind, version: 1, label: id, config, position: { x: 0, y: 0 } };
}

function edge(from: string, to: string) {
	return { id: `${from}-${to}`, from: { node: from, port: "out" }, to: { node: to, port: "in" } };
}

function window(id: string, field: string): FlowNode {
	return node(id, "tumbling-window", {
		sizeMs: WINDOW_MS,
		groupBy: [field],
		aggregates: [
			{ function: "count", field: "", as: "records" },
			{ function: "sum", field: "n", as: "total" },
		],
	});
}

/**
 * The flow that is broken: one source, whose records go unchanged to `raw`, and without those sent again to windows by device
 * (`by_device`) and by litres (`by_litres`, so that they are regrouped on the way). Three sinks, each with a cursor of its own.
 * Versions differ in a label: all state can be taken over.
 */
export function provenFlow(version = 1): Flow {
	return {
		schemaVersion: 1,
		nodes: [
			node("src", "http-source", {
				fields: FIELDS,
				eventTimeField: "at",
				keyField: "device",
				messageIdField: "id",
				maxDisorderMs: DISORDER_MS + 1_100,
				idleAfterMs: 60_000,
			}),
			{ ...node("keep", "filter", { condition: `litres >= ${LEAST_LITRES}` }), label: `keep ${version}` },
			node("raw", "postgres-sink", { table: "raw" }),
			node("once", "dedup", { keys: ["device", "n"], horizonMs: 600_000 }),
			window("devices", "device"),
			node("by-device", "postgres-sink", { table: "by_device" }),
			window("amounts", "litres"),
			node("by-litres", "postgres-sink", { table: "by_litres" }),
		],
		edges: [
			edge("src", "keep"),
			edge("keep", "raw"),
			edge("keep", "once"),
			edge("once", "devices"),
			edge("devices", "by-device"),
			edge("once", "amounts"),
			edge("amounts", "by-litres"),
		],
	};
}
