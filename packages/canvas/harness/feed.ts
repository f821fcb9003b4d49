import type { Flow } from "@weir/flow";
import type { EdgeLive, LivePort, NodeLive, TapPort, TapRow } from "../src/index.ts";

/** Rates of the pictures, by node and edge. */
const NODES: Readonly<Record<string, NodeLive>> = {
	mqtt: { outPerSecond: 3_200, state: "ok" },
	http: { outPerSecond: 140, state: "ok" },
	dedup: { inPerSecond: 3_340, outPerSecond: 3_120, state: "ok", heldBytes: 412_000_000, heldGrowth: 61_000, heldFill: 0.64 },
	avg: { inPerSecond: 3_120, outPerSecond: 52, state: "ok", heldBytes: 1_240_000, heldFill: 0.2 },
	tamper: { inPerSecond: 3_120, outPerSecond: 2_400, state: "warn" },
	route: { inPerSecond: 2_400, outPerSecond: 2_400, state: "ok" },
	pg: { inPerSecond: 52, outPerSecond: 52, state: "ok" },
	s3: { inPerSecond: 310, outPerSecond: 0, state: "failing", reason: "AccessDenied · 1,204 dead letters" },
};

const EDGES: Readonly<Record<string, EdgeLive>> = {
	"mqtt-dedup": { perSecond: 3_200, fill: 0.1 },
	"http-dedup": { perSecond: 140, fill: 0.1 },
	"dedup-avg": { perSecond: 3_120, fill: 0.2 },
	"dedup-tamper": { perSecond: 3_120, fill: 0.74 },
	"avg-pg": { perSecond: 52, fill: 0.1 },
	"tamper-route": { perSecond: 2_400, fill: 0.3 },
	"route-pg": { perSecond: 2_100, fill: 0.2 },
	"route-s3": { perSecond: 310, fill: 0.96, secondsToFull: 12 },
};

/** One frame a second; the harness's `feed` may stop it or set other numbers. */
export function fakeLive(flow: () => Flow): LivePort {
	return {
		subscribe(listener) {
			let beat = 0;
			const send = () => {
				const { feed } = window.harness;
				if (feed.stopped) return;
				beat++;
				const wave = feed.steady ? 1 : 1 + 0.06 * Math.sin(beat / 2) + 0.04 * Math.sin(beat * 1.7);
				const nodes: Record<string, NodeLive> = {};
				const edges: Record<string, EdgeLive> = {};
				for (const { id } of flow().nodes) {
					const base =
						NODES[id] ?? (feed.rate === undefined ? undefined : { inPerSecond: feed.rate, outPerSecond: feed.rate, state: "ok" as const });
					if (base !== undefined) nodes[id] = { ...base, ...scaled(base, wave) };
				}
				for (const { id } of flow().edges) {
					const base = feed.edges[id] ?? EDGES[id] ?? (feed.rate === undefined ? undefined : { perSecond: feed.rate, fill: 0.1 });
					if (base !== undefined) edges[id] = base;
				}
				listener({ at: Date.now(), nodes, edges });
			};
			for (let i = 0; i < 30; i++) send();
			const timer = setInterval(send, 1_000);
			return () => clearInterval(timer);
		},
	};
}

function scaled(node: NodeLive, by: number): Partial<NodeLive> {
	return {
		...(node.inPerSecond === undefined ? {} : { inPerSecond: node.inPerSecond * by }),
		...(node.outPerSecond === undefined ? {} : { outPerSecond: node.outPerSecond * by }),
	};
}

const START = Date.UTC(2026, 10, 24, 10, 42, 7, 114);

/** Twenty rows a second of a thousand; `harness.taps` counts who is listening. */
export function fakeTaps(): TapPort {
	return {
		open(target, listener) {
			window.harness.taps++;
			let sent = 0;
			const row = (side?: "in" | "out"): TapRow => {
				const i = sent++;
				const value = JSON.stringify({ temp: -18 - (i % 9) / 10, score: 0.03 + (i % 7) / 1_000 });
				return { id: `r${i}`, at: START + i * 47, key: `cs-04${12 + (i % 3)}`, sizeBytes: value.length, value, side };
			};
			const send = () =>
				listener({
					rows: Array.from({ length: 20 }, (_, i) => row(target.id === "dedup" ? (i % 2 === 0 ? "in" : "out") : undefined)),
					seen: 1_000,
				});
			send();
			const timer = setInterval(send, 1_000);
			return () => {
				clearInterval(timer);
				window.harness.taps--;
			};
		},
	};
}
