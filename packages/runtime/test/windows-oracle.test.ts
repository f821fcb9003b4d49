import { DuckDBInstance } from "@duckdb/node-api";
import type { OperatorRegistry } from "@weir/node-kit";
import { catalogue } from "@weir/nodes/definitions";
import { operators } from "@weir/nodes/operators";
import type { Plan, PlannedNode } from "@weir/planner";
import { partitionOf } from "@weir/records";
import { describe, expect, it } from "vitest";
import { TEST_OPERATORS } from "./operators.ts";
import { PUMPS, type Pumped, pumpPlan, Rig } from "./rig.ts";

/*
 * Windows, watermarks and lateness against DuckDB: the test says which entries were stored in which partition, SQL says which records are late and
 * what every window must hold. Nothing of the engine but the hash that spreads keys over partitions is shared.
 */

const START = 1_700_000_000_000;
const DISORDER_MS = 1_000;
const REGISTRY: OperatorRegistry = new Map([...TEST_OPERATORS, ...operators]);

const AGGREGATES = [
	{ function: "count" },
	{ function: "sum", field: "litres" },
	{ function: "max", field: "litres", filter: "litres < 15", as: "most" },
	{ function: "count_distinct", field: "litres" },
	{ function: "percentile", field: "litres", percent: 90 },
	{ function: "stddev", field: "litres" },
];

interface Shape {
	readonly kind: "tumbling-window" | "hopping-window";
	readonly sizeMs: number;
	readonly everyMs: number;
	readonly graceMs: number;
}

const TUMBLING: Shape = { kind: "tumbling-window", sizeMs: 10_000, everyMs: 10_000, graceMs: 2_000 };
const HOPPING: Shape = { kind: "hopping-window", sizeMs: 15_000, everyMs: 6_000, graceMs: 0 };

/** The pumps' plan with a window of the catalogue in it. */
function windowPlan(shape: Shape, options: { readonly partitions: number; readonly isCut: boolean }): Plan {
	const plan = pumpPlan(options);
	const definition = catalogue.get(shape.kind);
	const config = definition?.config.parse({
		sizeMs: shape.sizeMs,
		...(shape.kind === "hopping-window" ? { everyMs: shape.everyMs } : {}),
		groupBy: ["pump"],
		aggregates: AGGREGATES,
		allowedLatenessMs: shape.graceMs,
	});
	const schemas = definition?.outputSchema(config, PUMPS).schemas ?? {};
	const replaced = (node: PlannedNode): PlannedNode => {
		if (node.id === "win") return { ...node, kind: shape.kind, config, outputs: schemas };
		return node.id === "sink" ? { ...node, input: schemas.out ?? PUMPS } : node;
	};
	return { ...plan, stages: plan.stages.map((stage) => ({ ...stage, nodes: stage.nodes.map(replaced) })) };
}

function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

/** Pumps whose records are up to `disorderMs` out of order, one in ten of them sent twice. */
function disordered(random: () => number, count: number, disorderMs: number): Pumped[] {
	return Array.from({ length: count }, (_, i) => ({
		pump: `pump-${Math.floor(random() * 6)}`,
		litres: Math.floor(random() * 20),
		at: START + i * 250 - Math.floor(random() ** 3 * disorderMs),
	})).flatMap((record) => (random() < 0.1 ? [record, record] : [record]));
}

/** A record and where it was stored. */
interface Stored extends Pumped {
	readonly partition: number;
	readonly entry: number;
}

/** Posts some records at a time between slices of random length, and lets the process die now and then; answers what stands where. */
async function play(rig: Rig, records: readonly Pumped[], random: () => number, partitions: number): Promise<readonly Stored[]> {
	const stored: Stored[] = [];
	const entries = new Array<number>(partitions).fill(0);
	for (let at = 0; at < records.length; ) {
		const posted = records.slice(at, at + 1 + Math.floor(random() * 40));
		const perEntry = 1 + Math.floor(random() * 5);
		at += posted.length;
		await rig.post(posted, perEntry);
		for (let partition = 0; partition < partitions; partition++) {
			const here = posted.filter(({ pump }) => partitionOf(pump, partitions) === partition);
			stored.push(...here.map((record, i) => ({ ...record, partition, entry: (entries[partition] ?? 0) + Math.floor(i / perEntry) })));
			entries[partition] = (entries[partition] ?? 0) + Math.ceil(here.length / perEntry);
		}
		if (random() < 0.7) await rig.round(20 + Math.floor(random() * 200));
		if (random() < 0.2) rig.kill();
	}
	return stored;
}

interface Answer {
	readonly rows: readonly unknown[];
	readonly late: number;
}

/** What must come out, by SQL over what was stored. Records of less than 5 litres do not reach the window. */
async function oracle(stored: readonly Stored[], shape: Shape, judgesLate: boolean): Promise<Answer> {
	const instance = await DuckDBInstance.create(":memory:");
	const connection = await instance.connect();
	try {
		await connection.run(
			'create table stored as select unnest(from_json($1::json, \'[{"pump":"varchar","litres":"double","ms":"bigint","part":"int","entry":"int"}]\'), recursive := true)',
			[JSON.stringify(stored.map(({ at: ms, partition: part, ...rest }) => ({ ...rest, ms, part })))],
		);
		const { sizeMs, everyMs, graceMs } = shape;
		await connection.run(`
			create table judged as
			with tops as (select part, entry, max(ms) as top from stored group by all),
			marks as (
				select part, entry, max(top) over (partition by part order by entry rows between unbounded preceding and 1 preceding) - ${DISORDER_MS} as watermark
				from tops
			)
			select row_number() over () as id, stored.*, ${judgesLate ? "coalesce(watermark, -1)" : "-1"} as watermark
			from stored join marks using (part, entry) where litres >= 5;
			create table placed as
			select id, pump, litres, (ms // ${everyMs} - k) * ${everyMs} as start
			from judged, generate_series(0, ${Math.ceil(sizeMs / everyMs) - 1}) as ks(k)
			where (ms // ${everyMs} - k) * ${everyMs} + ${sizeMs} > ms
				and watermark < (ms // ${everyMs} - k) * ${everyMs} + ${sizeMs + graceMs}`);
		const rows = await connection.runAndReadAll(`
			select pump, start, count(*)::int as n, sum(litres) as litres, max(litres) filter (litres < 15) as most,
				count(distinct litres)::int as kinds, quantile_cont(litres, 0.9) as p90, stddev_samp(litres) as spread
			from placed group by all order by start, pump`);
		const late = await connection.runAndReadAll("select count(*)::int as late from judged where id not in (select id from placed)");
		return {
			rows: rows
				.getRowObjects()
				.map((row) => [Number(row.start), row.pump, row.n, row.litres, row.most, row.kinds, rounded(row.p90), rounded(row.spread)]),
			late: Number(late.getRowObjects()[0]?.late),
		};
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}

/** Two roads to the same number differ in the last bits; those just between two roundings are pushed to one side. */
function rounded(value: unknown): number | null {
	return typeof value === "number" ? Number((value * (1 + 1e-12)).toPrecision(9)) : null;
}

function told(rig: Rig): readonly unknown[] {
	return rig
		.rows()
		.map((text) => JSON.parse(text) as Record<string, unknown>)
		.map((row) => [
			Date.parse(String(row.window_start)),
			row.pump,
			row.count,
			row.sum_litres,
			row.most,
			row.count_distinct_litres,
			rounded(row.p90_litres),
			rounded(row.stddev_litres),
		])
		.sort((a, b) => Number(a[0]) - Number(b[0]) || (String(a[1]) < String(b[1]) ? -1 : 1));
}

async function lateOf(rig: Rig): Promise<number> {
	const reports = await rig.reports();
	return reports.reduce((sum, { counters }) => sum + (counters["node/win/late"] ?? 0), 0);
}

describe.each([
	["tumbling", TUMBLING],
	["hopping", HOPPING],
] as const)("a %s window in a task", (_name, shape) => {
	it.each([1, 2])("holds what DuckDB says, and has late what DuckDB says, whatever the disorder (seed %i)", async (seed) => {
		const random = randomOf(seed);
		const partitions = 2;
		const rig = new Rig(windowPlan(shape, { partitions, isCut: false }), {}, REGISTRY);
		const stored = await play(rig, disordered(random, 600, 20_000), random, partitions);
		await rig.drain();
		const expected = await oracle(stored, shape, true);
		expect(told(rig)).toEqual(expected.rows);
		expect(await lateOf(rig)).toBe(expected.late);
		expect(expected.late).toBeGreaterThan(20);
		expect((await rig.ledger()).difference).toBe(0);
	});

	it("behind an exchange has nothing late while disorder stays within its bound, and waits for no silent partition", async () => {
		const random = randomOf(7);
		const partitions = 2;
		const rig = new Rig(windowPlan(shape, { partitions, isCut: true }), {}, REGISTRY);
		const records = disordered(random, 900, DISORDER_MS - 250);
		const silentFrom = START + 100_000;
		const silent = partitionOf("pump-1", partitions);
		const spoken = records.filter(({ pump, at }) => at < silentFrom || partitionOf(pump, partitions) !== silent);
		const stored = await play(rig, spoken, random, partitions);
		for (let round = 0; round < 4; round++) {
			rig.clock.pass(6_000);
			await rig.round(300);
		}
		// Without the word of the silent partition, all but the last windows have been told before anybody asks for the end.
		expect(Math.max(...told(rig).map((row) => Number((row as readonly unknown[])[0])))).toBeGreaterThan(silentFrom + 50_000);
		await rig.drain();
		const expected = await oracle(stored, shape, false);
		expect(told(rig)).toEqual(expected.rows);
		expect(await lateOf(rig)).toBe(0);
		expect((await rig.ledger()).difference).toBe(0);
	});
});
