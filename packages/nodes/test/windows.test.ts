import type { CreateOperator, Operator, OperatorContext } from "@weir/node-kit";
import { respread } from "@weir/node-kit/testing";
import { aBatch, type RecordBatch, type RecordSchema, type Row, rowsOf } from "@weir/records";
import { describe, expect, it } from "vitest";
import { catalogue } from "../generated/definitions.ts";
import { operators } from "../generated/operators.ts";
import { AGGREGATES, aligned, type Came, counts, resultOf, rounded, sessions, sliding, type Verdict } from "./window-oracle.ts";

const INPUT: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "number" },
		{ name: "state", type: "text" },
		{ name: "at", type: "timestamp" },
	],
};
const GRACE_MS = 40;

function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

/** A stream with disorder, repeats and nulls; the watermark trails the latest event time by 60, entry by entry. */
function streamOf(random: () => number, count: number): Came[] {
	const came: Came[] = [];
	let latest = Number.NEGATIVE_INFINITY;
	let watermark = Number.NEGATIVE_INFINITY;
	for (let i = 0; came.length < count; i++) {
		if (random() < 0.4) watermark = latest - 60;
		const record = {
			pump: random() < 0.05 ? null : `pump-${Math.floor(random() * 5)}`,
			// Quarters add up exactly in any order.
			litres: random() < 0.1 ? null : Math.floor(random() * 400) / 4,
			state: `s${Math.floor(random() * 6)}`,
			at: 1_000 + i * 4 - Math.floor(random() ** 4 * 300),
			watermark,
		};
		came.push(record);
		if (random() < 0.1) came.push(record);
		latest = Math.max(latest, record.at);
	}
	return came;
}

interface Told {
	readonly out: readonly Row[];
	readonly eventTimes: readonly number[];
	readonly late: number;
}

interface Way {
	/** Records of the next batch. */
	batch(): number;
	/** Whether the state is stored behind it, as changes where the operator offers them. */
	commits(): boolean;
	/** Whether the operator is thrown away behind that and restored. */
	dies(): boolean;
	/** Whether its keys go to several tasks and come back before that. */
	spreads(): boolean;
}

const AT_ONCE: Way = { batch: () => 64, commits: () => false, dies: () => false, spreads: () => false };
const ROW_BY_ROW: Way = { ...AT_ONCE, batch: () => 1 };
const atRandom = (random: () => number): Way => ({
	batch: () => 1 + Math.floor(random() * 30),
	commits: () => random() < 0.7,
	dies: () => random() < 0.5,
	spreads: () => false,
});
const spreading = (random: () => number): Way => ({ ...atRandom(random), spreads: () => random() < 0.3 });

async function play(kind: string, config: unknown, came: readonly Came[], way: Way): Promise<Told> {
	const definition = catalogue.get(kind);
	const module = await operators.get(kind)?.();
	const parsed = definition?.config.parse(config);
	const { schemas } = definition?.outputSchema(parsed, INPUT) ?? { schemas: {} };
	expect(definition?.lint(parsed, INPUT)).toEqual([]);
	const context: OperatorContext = { input: INPUT, outputs: schemas, seed: 1, reject: () => {}, count: () => {} };
	const create = module?.createOperator as CreateOperator;
	const open = (): Operator => create(parsed, context);
	const out: Row[] = [];
	const eventTimes: number[] = [];
	let late = 0;
	const emit = (port: string, batch: RecordBatch) => {
		if (port === "late") late += batch.selected;
		else {
			out.push(...rowsOf(batch));
			eventTimes.push(...batch.eventTimes);
			if (batch.eventTimes.some((time, row) => time < (batch.watermarks[row] ?? 0))) throw new Error("A result is late for nodes behind.");
		}
	};
	let operator = open();
	let stored: { snapshot: Uint8Array; deltas: Uint8Array[] } | undefined;
	for (let at = 0; at < came.length; ) {
		const some = came.slice(at, at + way.batch());
		at += some.length;
		const rows = some.map(({ watermark: _, ...row }) => row);
		operator.onBatch({ ...aBatch(INPUT, rows, { eventTime: "at" }), watermarks: Float64Array.from(some, (row) => row.watermark) }, emit);
		const next = came[at]?.watermark ?? some.at(-1)?.watermark ?? 0;
		if (next > Number.NEGATIVE_INFINITY) operator.onWatermark?.(next, emit);
		if (way.spreads()) {
			operator = respread(operator, open, 1, next);
			stored = undefined;
		}
		if (!way.commits()) continue;
		const delta = operator.snapshotDelta?.();
		if (stored === undefined || delta === undefined) stored = { snapshot: operator.snapshot?.() ?? new Uint8Array(), deltas: [] };
		else stored.deltas.push(delta.bytes);
		if (!way.dies()) continue;
		operator = open();
		operator.restore?.(stored.snapshot);
		for (const bytes of stored.deltas) if (bytes.length > 0) operator.restoreDelta?.(bytes);
	}
	operator.onWatermark?.(Number.POSITIVE_INFINITY, emit);
	return { out, eventTimes, late };
}

function comparable(row: Row): Row {
	const near = (name: string) => {
		const value = row[name];
		return typeof value === "number" ? { [name]: rounded(value) } : {};
	};
	return { ...row, ...near("avg_litres"), ...near("p90_litres"), ...near("variance_litres") };
}

/** Groups of a window come in the order in which they first appeared, which the book does not keep. */
function sorted(rows: readonly Row[]): Row[] {
	const place = (row: Row) => `${String(row.window_start).padStart(9, "0")} ${JSON.stringify(row.pump)}`;
	return [...rows].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** Keys that were spread and gathered are told in another order among each other. */
function inAnyOrder({ out, eventTimes, late }: Told): unknown {
	return { rows: out.map((row, i) => `${JSON.stringify(row)} ${eventTimes[i]}`).sort(), late };
}

interface Kind {
	readonly kind: string;
	readonly config: Readonly<Record<string, unknown>>;
	expected(came: readonly Came[]): Verdict;
	/** The order in which windows come is told too. */
	readonly isOrdered: boolean;
	/** Results that are not asked for. */
	readonly without?: readonly string[];
}

const common = { groupBy: ["pump"], aggregates: AGGREGATES, allowedLatenessMs: GRACE_MS };
/** Aggregates of a few numbers each are gathered another way. */
const FEW_NUMBERS = AGGREGATES.filter(({ function: name }) => !/distinct|median|percentile|collect/.test(name));

const KINDS: Readonly<Record<string, Kind>> = {
	"tumbling windows": {
		kind: "tumbling-window",
		config: { ...common, sizeMs: 100 },
		expected: (came) => aligned(came, 100, 100, GRACE_MS),
		isOrdered: false,
	},
	"hopping windows": {
		kind: "hopping-window",
		config: { ...common, sizeMs: 150, everyMs: 60 },
		expected: (came) => aligned(came, 150, 60, GRACE_MS),
		isOrdered: false,
	},
	sessions: {
		kind: "session-window",
		config: { ...common, gapMs: 30, mostMs: 170 },
		expected: (came) => sessions(came, 30, 170, GRACE_MS),
		isOrdered: true,
	},
	"windows of seven": {
		kind: "count-window",
		config: { ...common, size: 7 },
		expected: (came) => counts(came, 7, 7, GRACE_MS),
		isOrdered: true,
	},
	"the last five at every second": {
		kind: "count-window",
		config: { ...common, size: 5, step: 2 },
		expected: (came) => counts(came, 5, 2, GRACE_MS),
		isOrdered: true,
	},
	"sliding windows": {
		kind: "sliding-window",
		config: { ...common, sizeMs: 70, delayMs: 15, when: "state <> 's0'" },
		expected: (came) => sliding(came, 70, 15, GRACE_MS),
		isOrdered: true,
	},
	"sliding windows that keep no values": {
		kind: "sliding-window",
		config: { ...common, aggregates: FEW_NUMBERS, sizeMs: 70, delayMs: 15, when: "state <> 's0'" },
		expected: (came) => sliding(came, 70, 15, GRACE_MS),
		isOrdered: true,
		without: ["count_distinct_state", "median_litres", "p90_litres", "collect_state"],
	},
};

describe.each(Object.entries(KINDS))("%s", (_name, { kind, config, expected, isOrdered, without = [] }) => {
	it.each([1, 2])("hold what the book says of a disordered stream with repeats, however it is cut and restored (seed %i)", async (seed) => {
		const random = randomOf(seed);
		const came = streamOf(random, 400);
		const verdict = expected(came);
		const asked = ([name]: [string, unknown]) => !without.includes(name);
		const rows = verdict.windows.map((window): Row => Object.fromEntries(Object.entries(resultOf(window)).filter(asked)));
		const straight = await play(kind, config, came, AT_ONCE);
		const told = straight.out.map(comparable);
		expect(isOrdered ? told : sorted(told)).toEqual(isOrdered ? rows : sorted(rows));
		expect(straight.late).toBe(verdict.late);
		expect(verdict.late).toBeGreaterThan(5);
		expect(await play(kind, config, came, ROW_BY_ROW)).toEqual(straight);
		expect(await play(kind, config, came, atRandom(random))).toEqual(straight);
		expect(inAnyOrder(await play(kind, config, came, spreading(random)))).toEqual(inAnyOrder(straight));
	});
});

describe("a session-window that corrects", () => {
	it.each([1, 2])("tells at last what one that waits tells once, and takes back what is no session (seed %i)", async (seed) => {
		const random = randomOf(seed);
		const came = streamOf(random, 400);
		const graceMs = 200;
		const config = { ...common, gapMs: 30, mostMs: 170, late: "correct", allowedLatenessMs: graceMs };
		const straight = await play("session-window", config, came, AT_ONCE);
		const newest = new Map<string, Row>();
		for (const row of straight.out) {
			const name = `${row.window_start} ${JSON.stringify(row.pump)}`;
			expect(row.revision).toBe(newest.has(name) ? Number(newest.get(name)?.revision) + 1 : 0);
			newest.set(name, row);
		}
		const last = [...newest.values()].filter((row) => row.is_retracted === false);
		const { windows, late } = sessions(came, 30, 170, graceMs);
		const byTime = (rows: readonly Row[]) => sorted(rows.map(({ revision: _, is_retracted: __, ...row }) => comparable(row)));
		expect(byTime(last)).toEqual(sorted(windows.map(resultOf)));
		expect(straight.late).toBe(late);
		expect(newest.size).toBeGreaterThan(last.length + 5);
		expect(straight.out.length).toBeGreaterThan(newest.size + 20);
		expect(await play("session-window", config, came, ROW_BY_ROW)).toEqual(straight);
		expect(await play("session-window", config, came, atRandom(random))).toEqual(straight);
		expect(inAnyOrder(await play("session-window", config, came, spreading(random)))).toEqual(inAnyOrder(straight));
	});
});

describe.each([
	["tumbling-window", { sizeMs: 100 }, 100],
	["hopping-window", { sizeMs: 150, everyMs: 50 }, 50],
] as const)("a %s", (kind, shape, everyMs) => {
	it.each([1, 2])("that corrects tells revision after revision, and at last what one that waits tells once (seed %i)", async (seed) => {
		const random = randomOf(seed);
		const came = streamOf(random, 300);
		const config = { ...common, ...shape, late: "correct" };
		const straight = await play(kind, config, came, AT_ONCE);
		const newest = new Map<string, Row>();
		for (const { revision, ...row } of straight.out) {
			const name = `${row.window_start} ${JSON.stringify(row.pump)}`;
			expect(revision).toBe(newest.has(name) ? Number(newest.get(name)?.revision) + 1 : 0);
			newest.set(name, { ...row, revision: revision ?? 0 });
		}
		const { windows, late } = aligned(came, shape.sizeMs, everyMs, GRACE_MS);
		expect(sorted([...newest.values()].map(({ revision: _, ...row }) => comparable(row)))).toEqual(sorted(windows.map(resultOf)));
		expect(straight.late).toBe(late);
		expect(straight.out.length).toBeGreaterThan(newest.size + 10);
		expect(await play(kind, config, came, ROW_BY_ROW)).toEqual(straight);
		expect(await play(kind, config, came, atRandom(random))).toEqual(straight);
		expect(inAnyOrder(await play(kind, config, came, spreading(random)))).toEqual(inAnyOrder(straight));
	});

	it.each([
		["records", { early: "records", earlyRecords: 4 }],
		["time", { early: "time", earlyMs: 30 }],
	])("that tells early after %s tells at last what one that does not tells once, however the stream is cut", async (_by, early) => {
		const random = randomOf(5);
		const came = streamOf(random, 300);
		const config = { ...common, ...shape, ...early };
		const straight = await play(kind, config, came, AT_ONCE);
		const last = straight.out.filter((row) => row.is_partial === false);
		const { windows } = aligned(came, shape.sizeMs, everyMs, GRACE_MS);
		expect(sorted(last.map(({ revision: _, is_partial: __, ...row }) => comparable(row)))).toEqual(sorted(windows.map(resultOf)));
		expect(straight.out.length).toBeGreaterThan(last.length + 10);
		expect(await play(kind, config, came, ROW_BY_ROW)).toEqual(straight);
		expect(await play(kind, config, came, atRandom(random))).toEqual(straight);
		expect(inAnyOrder(await play(kind, config, came, spreading(random)))).toEqual(inAnyOrder(straight));
	});
});
