import { EMPTY_FLOW, type Flow, type FlowNode } from "@weir/flow";

const FIELDS = [
	{ name: "device", type: "text" },
	{ name: "seq", type: "integer" },
	{ name: "temp", type: "number" },
];

function node(id: string, kind: string, label: string, x: number, y: number, config: Record<string, unknown> = {}): FlowNode {
	return { id, kind, version: 1, label, config, position: { x, y } };
}

function edge(from: string, to: string, port = "out"): Flow["edges"][number] {
	return { id: `${from}-${to}`, from: { node: from, port }, to: { node: to, port: "in" } };
}

/** The flow of the pictures. */
const COLD_STORE: Flow = {
	schemaVersion: 1,
	nodes: [
		node("mqtt", "mqtt-source", "Cold-store sensors", 0, 48, { topic: "t1/+/temp", fields: FIELDS }),
		node("http", "http-source", "Gateway webhook", 0, 198, { fields: FIELDS }),
		node("dedup", "dedup", "Dedup", 384, 98),
		node("avg", "window", "1-min average", 768, 8, { field: "temp" }),
		node("tamper", "onnx", "Tamper detector", 768, 168, { threshold: 0.9 }),
		node("route", "route", "Route by score", 1152, 168),
		node("pg", "postgres-sink", "Postgres readings", 1536, 68, { mode: "upsert" }),
		node("s3", "s3-sink", "S3 quarantine", 1536, 240),
	],
	edges: [
		edge("mqtt", "dedup"),
		edge("http", "dedup"),
		edge("dedup", "avg"),
		edge("dedup", "tamper"),
		edge("avg", "pg"),
		edge("tamper", "route"),
		edge("route", "pg"),
		edge("route", "s3"),
	],
};

const CHAIN: Flow = {
	schemaVersion: 1,
	nodes: [
		node("a", "http-source", "A", 0, 0, { fields: FIELDS }),
		node("b", "filter", "B", 384, 0, { condition: "temp > 1" }),
		node("c", "postgres-sink", "C", 768, 0),
	],
	edges: [edge("a", "b"), edge("b", "c")],
};

/** Two sources, a window that wants a number, and nothing connected. */
const LOOSE: Flow = {
	schemaVersion: 1,
	nodes: [
		node("src", "http-source", "Numbers", 0, 0, { fields: FIELDS }),
		node("txt", "http-source", "Texts", 0, 192, { fields: [{ name: "note", type: "text" }] }),
		node("win", "window", "Average", 448, 0, { field: "temp" }),
		node("fil", "filter", "Keep", 448, 192, { condition: "" }),
		node("sink", "postgres-sink", "Table", 896, 0),
	],
	edges: [],
};

/** A node whose outputs follow its settings, and one with two inputs. */
const WAYS: Flow = {
	schemaVersion: 1,
	nodes: [
		node("src", "http-source", "Numbers", 0, 0, { fields: FIELDS }),
		node("txt", "http-source", "Texts", 0, 256, { fields: [{ name: "note", type: "text" }] }),
		node("sw", "switch", "Switch", 320, 0, { ways: [{ name: "hot" }, { name: "cold" }] }),
		node("pair", "pair", "Pair", 320, 256),
		node("sink", "postgres-sink", "Table", 640, 0),
		node("file", "s3-sink", "File", 640, 192),
	],
	edges: [
		edge("src", "sw"),
		edge("sw", "sink", "hot"),
		{ id: "src-pair", from: { node: "src", port: "out" }, to: { node: "pair", port: "left" } },
	],
};

function many(count: number): Flow {
	const nodes: FlowNode[] = [node("n0", "http-source", "Source", 0, 0, { fields: FIELDS })];
	const edges: Flow["edges"] = [];
	for (let i = 1; i < count; i++) {
		nodes.push(node(`n${i}`, "map", `Map ${i}`, (i % 20) * 384, Math.floor(i / 20) * 144));
		edges.push(edge(`n${i - 1}`, `n${i}`));
	}
	return { schemaVersion: 1, nodes, edges };
}

export function flowNamed(name: string): Flow {
	if (name === "chain") return CHAIN;
	if (name === "loose") return LOOSE;
	if (name === "ways") return WAYS;
	if (name === "empty") return EMPTY_FLOW;
	if (name.startsWith("many-")) return many(Number(name.slice(5)));
	return COLD_STORE;
}

export const TEMPLATE_FLOWS = { chain: CHAIN, coldStore: COLD_STORE };
