import type { Flow, FlowNode } from "@weir/flow";

/** One record of a pump. */
export interface Pumped {
	readonly [field: string]: unknown;
	readonly device: string;
	readonly n: number;
	readonly litres: number;
	readonly at: number;
}

const FIELDS = [
	{ name: "device", type: "text" },
	{ name: "n", type: "integer" },
	{ name: "litres", type: "number" },
	{ name: "at", type: "timestamp" },
];

function node(id: string, kind: string, config: Record<string, unknown>): FlowNode {
	return { id, kind, version: 1, label: id, config, position: { x: 0, y: 0 } };
}

function line(...nodes: FlowNode[]): Flow {
	const edges = nodes.slice(1).map((to, i) => ({
		id: `e${i}`,
		from: { node: nodes[i]?.id ?? "", port: "out" },
		to: { node: to.id, port: "in" },
	}));
	return { schemaVersion: 1, nodes, edges };
}

function source(more: Record<string, unknown> = {}): FlowNode {
	const config = { fields: FIELDS, eventTimeField: "at", keyField: "device", maxDisorderMs: 2_000, idleAfterMs: 60_000, ...more };
	return node("src", "http-source", config);
}

/** Source → filter → rows in `raw`. */
export function rawFlow(table = "raw"): Flow {
	return line(source(), node("keep", "filter", { condition: "litres >= 5" }), node("out", "postgres-sink", { table }));
}

/** Source → dedup → filter → litres per pump and minute in `per_minute`; one stage, as all of it goes by pump. */
export function minuteFlow(table = "per_minute"): Flow {
	return line(
		source(),
		node("once", "dedup", { keys: ["device", "n"], horizonMs: 600_000 }),
		node("keep", "filter", { condition: "litres >= 5" }),
		node("win", "tumbling-window", {
			sizeMs: 60_000,
			groupBy: ["device"],
			aggregates: [
				{ function: "count", field: "", as: "n" },
				{ function: "sum", field: "litres", as: "litres" },
			],
		}),
		node("out", "postgres-sink", { table }),
	);
}

/** As `minuteFlow`, summed over litres' kind instead of the pump, so that records are regrouped on the way. */
export function exchangedFlow(table = "per_amount"): Flow {
	return line(
		source(),
		node("once", "dedup", { keys: ["device", "n"], horizonMs: 600_000 }),
		node("keep", "filter", { condition: "litres >= 5" }),
		node("win", "tumbling-window", {
			sizeMs: 60_000,
			groupBy: ["litres"],
			aggregates: [{ function: "count", field: "", as: "n" }],
		}),
		node("out", "postgres-sink", { table }),
	);
}

/** As `exchangedFlow`, with records spread by device as they come, so that also those of equal number are brought together on the way. */
export function respreadFlow(table: string): Flow {
	const flow = exchangedFlow(table);
	return { ...flow, nodes: flow.nodes.map((one) => (one.id === "src" ? source({ keyField: "" }) : one)) };
}

/** A seeded stream of pumps, in the order of posting: disorder within the source's bound. */
export function pumpStream(seed: number, startMs = 1_700_000_000_000) {
	let state = seed;
	let n = 0;
	const random = () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
	return {
		random,
		take(count: number): Pumped[] {
			return Array.from({ length: count }, () => {
				n += 1;
				return {
					device: `pump-${Math.floor(random() * 12)}`,
					n,
					litres: Math.floor(random() * 20),
					at: startMs + n * 100 - Math.floor(random() * 1_900),
				};
			});
		},
	};
}

/** Litres per pump and minute by plain arithmetic. */
export function expectedMinutes(records: readonly Pumped[]): string[] {
	const sums = new Map<string, { n: number; litres: number }>();
	for (const { device, litres, at } of records) {
		if (litres < 5) continue;
		const name = `${device} ${new Date(Math.floor(at / 60_000) * 60_000).toISOString()}`;
		const sum = sums.get(name) ?? { n: 0, litres: 0 };
		sums.set(name, { n: sum.n + 1, litres: sum.litres + litres });
	}
	return [...sums].map(([name, { n, litres }]) => `${name} ${n} ${litres}`).sort();
}

/** Records per amount of litres and minute by plain arithmetic. */
export function expectedAmounts(records: readonly Pumped[]): string[] {
	const sums = new Map<string, number>();
	for (const { litres, at } of records) {
		if (litres < 5) continue;
		const name = `${litres} ${new Date(Math.floor(at / 60_000) * 60_000).toISOString()}`;
		sums.set(name, (sums.get(name) ?? 0) + 1);
	}
	return [...sums].map(([name, n]) => `${name} ${n}`).sort();
}

/** Numbers of the records that `rawFlow` keeps. */
export function keptOf(records: readonly Pumped[]): number[] {
	return records.filter((record) => record.litres >= 5).map((record) => record.n);
}
