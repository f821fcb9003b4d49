import type { Flow, FlowNode } from "@weir/flow";
import { exchangedFlow, minuteFlow } from "./pumps.ts";

/**
 * Versions of one flow with two sources whose windows come out the same, so that plain arithmetic says what every mixture of them must write.
 * They differ in settings, in where the plan is cut, in what an exchange carries and in which connections there are.
 */
export function versionsOf(base: "per pump" | "per amount"): readonly Flow[] {
	const flow = withSecondSource(base === "per pump" ? minuteFlow() : exchangedFlow());
	const condition = (text: string) => changed(flow, "keep", { condition: text });
	return [
		flow,
		condition("litres >= 5 and n > -1"),
		withLook(flow, "win"),
		condition("litres > 4"),
		// The rows have one more field, so the ones on their way do not fit the new exchange.
		withLook(withField(condition("not litres < 5")), "keep"),
		flow,
		changed(flow, "once", { horizonMs: 700_000 }),
	];
}

function withSecondSource(flow: Flow): Flow {
	const [source] = flow.nodes;
	if (source === undefined) return flow;
	return {
		...flow,
		nodes: [source, { ...source, id: "src2", label: "src2" }, ...flow.nodes.slice(1)],
		edges: [...flow.edges, { id: "e-second", from: { node: "src2", port: "out" }, to: { node: "once", port: "in" } }],
	};
}

function withField(flow: Flow): Flow {
	const nodes = flow.nodes.map((node) => {
		if (node.kind !== "http-source" || !Array.isArray(node.config.fields)) return node;
		return { ...node, config: { ...node.config, fields: [...node.config.fields, { name: "note", type: "text" }] } };
	});
	return { ...flow, nodes };
}

function withLook(flow: Flow, at: string): Flow {
	const look: FlowNode = { id: "look", kind: "log-sink", version: 1, label: "look", config: {}, position: { x: 0, y: 0 } };
	return {
		...flow,
		nodes: [...flow.nodes, look],
		edges: [...flow.edges, { id: "e-look", from: { node: at, port: "out" }, to: { node: "look", port: "in" } }],
	};
}

function changed(flow: Flow, id: string, config: Readonly<Record<string, unknown>>): Flow {
	return { ...flow, nodes: flow.nodes.map((node) => (node.id === id ? { ...node, config: { ...node.config, ...config } } : node)) };
}
