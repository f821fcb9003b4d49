import { catalogue } from "@weir/nodes/definitions";
import { operators } from "@weir/nodes/operators";
import type { Plan, PlannedNode } from "@weir/planner";
import type { RecordSchema } from "@weir/records";
import { describe, expect, it } from "vitest";
import { TEST_OPERATORS } from "./operators.ts";
import { PUMPS, type Pumped, pumped, Rig } from "./rig.ts";

const MINUTE_MS = 60_000;

/** Source → the small amounts one way, the great ones another → together again → a window per pump and minute that corrects itself. */
function partedPlan(): Plan {
	const made = (id: string, kind: string, settings: object): PlannedNode => {
		const definition = catalogue.get(kind);
		const config = definition?.config.parse(settings);
		return { id, kind, config, input: PUMPS, outputs: definition?.outputSchema(config, PUMPS).schemas ?? {} };
	};
	const window = made("win", "tumbling-window", {
		sizeMs: MINUTE_MS,
		groupBy: ["pump"],
		aggregates: [{ function: "count", as: "records" }],
		allowedLatenessMs: 5_000,
		late: "correct",
	});
	const results: RecordSchema = window.outputs.out ?? PUMPS;
	const nodes: PlannedNode[] = [
		{ id: "src", kind: "http-source", config: {}, input: { fields: [] }, outputs: { out: PUMPS } },
		made("great", "filter", { condition: "litres >= 10" }),
		made("small", "filter", { condition: "litres < 10" }),
		made("both", "union", {}),
		window,
		{ id: "sink", kind: "list", config: {}, input: results, outputs: {} },
	];
	const edge = (from: string, to: string) => ({ id: `${from}-${to}`, from: { node: from, port: "out" }, to: { node: to } });
	const reading = {
		format: "json",
		schema: PUMPS,
		eventTimeField: "at",
		maxDisorderMs: 1_000,
		idleAfterMs: 5_000,
		maxFutureMs: 3_600_000,
	} as const;
	return {
		planVersion: 1,
		stages: [
			{
				id: "all",
				inputs: [{ type: "source", node: "src", reading, fields: ["pump", "litres", "at"], partitions: 1 }],
				nodes,
				edges: [
					edge("src", "great"),
					edge("src", "small"),
					edge("great", "both"),
					edge("small", "both"),
					edge("both", "win"),
					edge("win", "sink"),
				],
				writes: [],
				partitions: 1,
				authority: { type: "log" },
				because: [],
			},
		],
		exchanges: [],
	};
}

/** Records per pump and minute. */
function counted(records: readonly Pumped[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const { pump, at } of records) {
		const key = `${pump} ${Math.floor(at / MINUTE_MS) * MINUTE_MS}`;
		counts.set(key, (counts.get(key) ?? 0) + 1);
	}
	return counts;
}

describe("a window behind a node that gathers several ways", () => {
	// Mutant: the window that goes by the watermark of each record has closed for what comes the other way, where much is read at once.
	it.each([3, 400])("takes no record for late that comes the other way, with %i records read at once", async (atOnce) => {
		const records = pumped(600);
		const rig = new Rig(partedPlan(), {}, new Map([...TEST_OPERATORS, ...operators]));
		for (let at = 0; at < records.length; at += atOnce) {
			await rig.post(records.slice(at, at + atOnce));
			await rig.round();
		}
		await rig.drain();
		const latest = new Map<string, { revision: number; records: number }>();
		for (const row of rig.rows()) {
			const { pump, window_start, revision, records: count } = JSON.parse(row);
			const key = `${pump} ${new Date(window_start).getTime()}`;
			if ((latest.get(key)?.revision ?? -1) < revision) latest.set(key, { revision, records: count });
		}
		expect(await rig.ledger()).toMatchObject({ in: 600, late: 0, difference: 0 });
		expect(new Map([...latest].map(([key, { records: count }]) => [key, count]))).toEqual(counted(records));
	});
});
