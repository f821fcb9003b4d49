import type { Operator, OperatorContext } from "@weir/node-kit";
import { respread } from "@weir/node-kit/testing";
import { aBatch, type RecordBatch, type Row, rowsOf } from "@weir/records";
import { expect, it } from "vitest";
import { catalogue } from "../generated/definitions.ts";
import { operators } from "../generated/operators.ts";

/*
 * The joins against a plain double loop over all records. Both streams are read in a random order and in random portions; nothing is late, so
 * what leaves must be the same for every order, and no state may be left at the end.
 */

const LEFT = {
	fields: [
		{ name: "k", type: "text" as const },
		{ name: "l", type: "integer" as const },
		{ name: "lt", type: "timestamp" as const },
	],
};
const RIGHT = {
	fields: [
		{ name: "k", type: "text" as const },
		{ name: "r", type: "integer" as const },
		{ name: "rt", type: "timestamp" as const },
	],
};

interface Item {
	readonly k: string | null;
	readonly n: number;
	readonly t: number;
}

function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

function stream(random: () => number, count: number): Item[] {
	return Array.from({ length: count }, (_, n) => ({
		k: random() < 0.05 ? null : `key-${Math.floor(random() * 4)}`,
		n,
		t: n * 10 + Math.floor(random() * 60),
	}));
}

function earliestOf(items: readonly Item[]): number {
	return items.reduce((least, { t }) => Math.min(least, t), Number.POSITIVE_INFINITY);
}

async function openJoin(kind: string, config: Record<string, unknown>): Promise<() => Operator> {
	const definition = catalogue.get(kind);
	const module = await operators.get(kind)?.();
	if (definition === undefined || module?.createOperator === undefined) throw new Error(`There is no ${kind}.`);
	const parsed = definition.config.parse({ leftKeys: ["k"], rightKeys: ["k"], ...config });
	const inputs = { left: LEFT, right: RIGHT };
	const { schemas } = definition.outputSchema(parsed, LEFT, inputs);
	const context: OperatorContext = {
		input: LEFT,
		inputs,
		outputs: schemas,
		seed: 1,
		reject: () => {},
		count: (bucket, n) => {
			if (n > 0 && (bucket === "late" || bucket === "expired")) throw new Error(`A record is ${bucket}.`);
		},
	};
	const { createOperator } = module;
	return () => createOperator(parsed as never, context);
}

/** Reads both streams in an order of the seed; thrown away and restored now and then, or its keys spread over several tasks and gathered again. */
function play(open: () => Operator, lefts: readonly Item[], rights: readonly Item[], seed: number): { rows: string[]; left: number } {
	const random = randomOf(seed);
	let operator = open();
	const rows: string[] = [];
	let promised = Number.NEGATIVE_INFINITY;
	const emit = (port: string, batch: RecordBatch) => {
		if (port !== "out") throw new Error(`A record left by ${port}.`);
		const bound = promised - (operator.watermarkDelayMs ?? 0);
		for (const row of rowsOf(batch)) rows.push(JSON.stringify(row));
		// No record may be older than what nodes behind were promised.
		for (let i = 0; i < batch.length; i++) expect(batch.eventTimes[i]).toBeGreaterThanOrEqual(bound);
	};
	const at = { left: 0, right: 0 };
	while (at.left < lefts.length || at.right < rights.length) {
		const side = at.right >= rights.length || (at.left < lefts.length && random() < 0.5) ? "left" : "right";
		const [items, schema, name] = side === "left" ? [lefts, LEFT, "l"] : [rights, RIGHT, "r"];
		const part = items.slice(at[side], at[side] + 1 + Math.floor(random() * 9));
		at[side] += part.length;
		const records: Row[] = part.map(({ k, n, t }) => ({ k, [name]: n, [`${name}t`]: t }));
		operator.onBatch(aBatch(schema, records, { times: part.map(({ t }) => t), watermark: promised }), emit, side);
		// As late as it may be said: the earliest that is still to come.
		const watermark = Math.min(earliestOf(lefts.slice(at.left)), earliestOf(rights.slice(at.right)));
		if (random() < 0.5 && watermark > promised) {
			operator.onWatermark?.(watermark, emit);
			promised = watermark;
		}
		const fate = random();
		if (fate < 0.2) {
			const snapshot = operator.snapshot?.();
			operator = open();
			if (snapshot !== undefined) operator.restore?.(snapshot);
		} else if (fate < 0.4) operator = respread(operator, open, 1, promised);
	}
	operator.onWatermark?.(Number.POSITIVE_INFINITY, emit);
	const left = operator.snapshot?.().length ?? 0;
	return { rows: rows.sort(), left };
}

const joined = (l: Item | undefined, r: Item | undefined) =>
	JSON.stringify({ k: l === undefined ? r?.k : l.k, l: l?.n ?? null, lt: l?.t ?? null, r: r?.n ?? null, rt: r?.t ?? null });

function oracle(lefts: readonly Item[], rights: readonly Item[], kind: string, belong: (l: Item, r: Item) => boolean): string[] {
	const rows: string[] = [];
	const met = new Set<Item>();
	for (const l of lefts) {
		for (const r of rights) {
			if (l.k === null || l.k !== r.k || !belong(l, r)) continue;
			met.add(l).add(r);
			rows.push(joined(l, r));
		}
	}
	if (kind !== "inner") for (const l of lefts) if (!met.has(l)) rows.push(joined(l, undefined));
	if (kind === "full") for (const r of rights) if (!met.has(r)) rows.push(joined(undefined, r));
	return rows.sort();
}

const near = (beforeMs: number, afterMs: number) => (l: Item, r: Item) => r.t - l.t >= -beforeMs && r.t - l.t <= afterMs;
it.each([
	{ kind: "inner", beforeMs: 25, afterMs: 70 },
	{ kind: "left", beforeMs: 0, afterMs: 40 },
	{ kind: "full", beforeMs: 60, afterMs: 5 },
])("a join gives what a double loop gives, in every order of reading: $kind", async (config) => {
	const open = await openJoin("interval-join", config);
	const belong = near(config.beforeMs, config.afterMs);
	for (let seed = 1; seed <= 12; seed++) {
		const random = randomOf(seed);
		const [lefts, rights] = [stream(random, 120), stream(random, 90)];
		const { rows, left } = play(open, lefts, rights, seed + 100);
		expect(rows).toEqual(oracle(lefts, rights, config.kind, belong));
		expect(left).toBe(play(open, [], [], 1).left);
	}
});

/** Window by window, each with the records that lie in it. */
function windowOracle(lefts: readonly Item[], rights: readonly Item[], kind: string, sizeMs: number, everyMs: number): string[] {
	const rows: string[] = [];
	const starts = new Set<number>();
	for (const { t } of [...lefts, ...rights]) {
		for (let start = Math.floor(t / everyMs) * everyMs; start > t - sizeMs; start -= everyMs) starts.add(start);
	}
	for (const start of starts) {
		const inside = ({ t }: Item) => t >= start && t < start + sizeMs;
		const all = oracle(lefts.filter(inside), rights.filter(inside), kind, () => true);
		rows.push(...all.map((row) => JSON.stringify({ window_start: start, window_end: start + sizeMs, ...JSON.parse(row) })));
	}
	return rows.sort();
}

it.each([
	{ kind: "inner", sizeMs: 100, everyMs: 0 },
	{ kind: "left", sizeMs: 70, everyMs: 35, allowedLatenessMs: 20 },
	{ kind: "full", sizeMs: 90, everyMs: 40 },
])("a window join gives what each window gives by itself, in every order of reading: $kind, $sizeMs every $everyMs", async (config) => {
	const open = await openJoin("window-join", config);
	for (let seed = 1; seed <= 12; seed++) {
		const random = randomOf(seed);
		const [lefts, rights] = [stream(random, 90), stream(random, 70)];
		const { rows, left } = play(open, lefts, rights, seed + 300);
		expect(rows).toEqual(windowOracle(lefts, rights, config.kind, config.sizeMs, config.everyMs || config.sizeMs));
		expect(left).toBe(play(open, [], [], 1).left);
	}
});

it.each([{ kind: "left" }, { kind: "inner" }])("a latest join gives the value that held at each record's time: $kind", async ({ kind }) => {
	const maxAgeMs = 1_000;
	const open = await openJoin("latest-join", { kind, maxAgeMs });
	for (let seed = 1; seed <= 12; seed++) {
		const random = randomOf(seed);
		// Equal times of one key would leave it to the order of arrival.
		const lefts = stream(random, 250);
		const rights = stream(random, 40).map((item) => ({ ...item, t: item.t * 6 + item.n / 64 }));
		const expected = lefts.flatMap((l) => {
			const known = rights.filter((r) => l.k !== null && r.k === l.k && r.t <= l.t && l.t - r.t <= maxAgeMs);
			const latest = known.reduce<Item | undefined>((best, r) => (best === undefined || r.t > best.t ? r : best), undefined);
			return latest === undefined && kind === "inner" ? [] : [joined(l, latest)];
		});
		expect(play(open, lefts, rights, seed + 200).rows).toEqual(expected.sort());
	}
});
