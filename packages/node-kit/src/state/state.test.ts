import { aBatch, ByteReader, ByteWriter, type Column, createDictionary, everyRow, type FieldType } from "@weir/records";
import { describe, expect, it } from "vitest";
import { hashWords, KeyWords } from "./key-words.ts";
import { RecentKeys } from "./recent-keys.ts";
import { TupleIds } from "./tuple-ids.ts";

type Value = string | number | boolean | null;

function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

function batchOf(types: readonly FieldType[], rows: readonly (readonly Value[])[], times: readonly number[], watermark: number) {
	const schema = { fields: types.map((type, i) => ({ name: `f${i}`, type })) };
	const objects = rows.map((row) => Object.fromEntries(row.map((value, i) => [`f${i}`, value])));
	return aBatch(schema, objects, { times, watermark });
}

describe("keys with a horizon", () => {
	const HORIZON = 100;

	/** By the book: every passed key with its time, looked through from start to end. */
	class Oracle {
		readonly #passed: { readonly key: string; readonly time: number }[] = [];

		isFirst(row: readonly Value[], time: number, watermark: number): boolean {
			if (row.includes(null)) return true;
			const key = JSON.stringify(row);
			const isRepeat = this.#passed.some(
				(kept) => kept.key === key && kept.time >= watermark - HORIZON && Math.abs(time - kept.time) < HORIZON,
			);
			if (!isRepeat) this.#passed.push({ key, time });
			return !isRepeat;
		}
	}

	it.each<[string, number, number, (time: number, step: number) => number]>([
		["whole", 1, 20, (time) => time],
		["whole", 2, 20, (time) => time],
		["fractions", 3, 20, (time, step) => time + (step > 30 ? 0.25 : 0)],
		["weeks ahead at each step", 4, 8 * 86_400_000, (time) => time],
		["of clocks that were not set", 5, 20, (time, step) => (step > 30 && time % 7 === 0 ? time : time + 1.7e12)],
	])(
		"judge as the book does, through growth, forgetting, and being thrown away and restored, when times are %s (seed %i)",
		(_name, seed, pace, timeOf) => {
			const random = randomOf(seed);
			const types: FieldType[] = ["text", "integer", "boolean"];
			const oracle = new Oracle();
			let keys = new KeyWords(types);
			let recent = new RecentKeys(keys, HORIZON);
			let watermark = Number.NEGATIVE_INFINITY;
			let now = 0;
			for (let step = 0; step < 120; step++) {
				const rows = Array.from({ length: Math.floor(random() * 60) }, (): Value[] => [
					random() < 0.02 ? null : `pump-${Math.floor(random() * 30)}`,
					Math.floor(random() * 12) - 6,
					random() < 0.5,
				]);
				const times = rows.map(() => timeOf(now + Math.floor((random() - 0.7) * 150), step));
				const batch = batchOf(types, rows, times, watermark);
				const fresh = new Int32Array(rows.length);
				const found = recent.firsts(batch.columns, everyRow(rows.length), rows.length, batch.eventTimes, batch.watermarks, fresh);
				const wanted = rows.flatMap((row, i) => (oracle.isFirst(row, times[i] ?? 0, watermark) ? [i] : []));
				expect([...fresh.subarray(0, found)]).toEqual(wanted);
				now += pace;
				watermark = timeOf(now - 60, 0);
				recent.advance(watermark);
				if (step % 7 !== 0) continue;
				const writer = new ByteWriter();
				recent.write(writer);
				keys = new KeyWords(types);
				recent = new RecentKeys(keys, HORIZON);
				recent.read(new ByteReader(writer.finish()));
			}
		},
	);

	it("stay small while keys come and go", () => {
		const keys = new KeyWords(["text", "integer"]);
		const recent = new RecentKeys(keys, HORIZON);
		for (let step = 0; step < 400; step++) {
			const rows = Array.from({ length: 500 }, (_, i): Value[] => [`pump-${step}-${i}`, step]);
			const batch = batchOf(
				["text", "integer"],
				rows,
				rows.map(() => step * 50),
				(step - 1) * 50,
			);
			const fresh = new Int32Array(500);
			expect(recent.firsts(batch.columns, everyRow(rows.length), 500, batch.eventTimes, batch.watermarks, fresh)).toBe(500);
			recent.advance(step * 50);
			if (step % 10 === 0) recent.writeFresh(new ByteWriter());
		}
		// 2,000 keys are within the horizon at any time; 200,000 went by.
		expect(recent.size).toBeLessThan(8_000);
		expect(keys.textCount).toBeLessThan(25_000);
	});

	it("refuse a state that was made with other key fields", () => {
		const writer = new ByteWriter();
		new RecentKeys(new KeyWords(["text"]), HORIZON).write(writer);
		const other = new RecentKeys(new KeyWords(["integer"]), HORIZON);
		expect(() => other.read(new ByteReader(writer.finish()))).toThrow("other key fields");
	});
});

describe("tuples as numbers", () => {
	it("give equal tuples one number, nulls and −0 included, and others another", () => {
		const types: FieldType[] = ["text", "number", "boolean", "json"];
		const keys = new KeyWords(types);
		const tuples = new TupleIds(keys.width);
		const rows: Value[][] = [
			["a", 0, true, "x"],
			["a", -0, true, "x"],
			["a", 0, false, "x"],
			["a", null, true, "x"],
			["a", null, true, "x"],
			[null, 0, null, null],
			["b", 0.1, true, "x"],
			["b", 0.1 + Number.EPSILON, true, "x"],
			["a", 0, true, "y"],
		];
		const batch = batchOf(types, rows, [], 0);
		keys.load(batch.columns, everyRow(rows.length), rows.length);
		expect(rows.map((_row, i) => tuples.idOf(keys.words, i * keys.width))).toEqual([0, 0, 1, 2, 2, 3, 4, 5, 6]);
	});

	it("keep what is used when the rest is forgotten", () => {
		const keys = new KeyWords(["text", "integer"]);
		let tuples = new TupleIds(keys.width);
		const rows = Array.from({ length: 1_000 }, (_, i): Value[] => [`pump-${i}`, i]);
		const load = () => {
			const batch = batchOf(["text", "integer"], rows, [], 0);
			keys.load(batch.columns, everyRow(rows.length), rows.length);
			return rows.map((_row, i) => tuples.idOf(keys.words, i * keys.width));
		};
		load();
		const used = Uint8Array.from(rows, (_row, i) => (i % 100 === 7 ? 1 : 0));
		const compacted = tuples.compacted(used, keys);
		tuples = compacted.tuples;
		expect([tuples.size, keys.textCount]).toEqual([10, 10]);
		const again = load();
		expect(again[107]).toBe(compacted.moved[107]);
		expect(new Set(again).size).toBe(1_000);
		expect(keys.textsOf(0)?.valueAt(keys.words[107 * keys.width] ?? -1)).toBe("pump-107");
	});
});

describe("a key with a counter", () => {
	it.each([
		["neighbours", 1],
		["far from one another", 1_000],
		["multiples of 2^32", 2 ** 32],
		["as large as whole numbers get", Math.floor(Number.MAX_SAFE_INTEGER / 2_000)],
	])("is cut into words and lane and joined again, and the words' hash is spread, for counters that are %s", (_name, step) => {
		const keys = new KeyWords(["text", "integer"]);
		keys.laneBits = 3;
		const values = Array.from({ length: 2_000 }, (_, i) => (i - 1_000) * step);
		const rows = values.map((value, i): Value[] => [`pump-${i % 3}`, value]);
		const batch = batchOf(["text", "integer"], rows, Array(rows.length).fill(0), 0);
		keys.load(batch.columns, everyRow(rows.length), rows.length);
		const places = new Set<number>();
		const heads = new Set<string>();
		values.forEach((value, i) => {
			const at = i * keys.width;
			const words = keys.words.slice(at, at + keys.width);
			places.add(hashWords(words, 0, keys.width) >>> 20);
			heads.add(words.join());
			keys.join(words, 0, keys.lanes[i] ?? 0);
			expect(keys.numberAt(words, keys.counter)).toBe(value);
			expect(keys.cut(words, 0)).toBe(keys.lanes[i]);
			expect(words).toEqual(keys.words.slice(at, at + keys.width));
		});
		// Chance alone leaves 0.8 of them when there are half as many places as heads.
		expect(places.size).toBeGreaterThan(Math.min(heads.size, 4_096) * 0.6);
	});

	it.each([
		["count on", 1],
		["jump", 1_000],
	])("is judged as the book does when there are many keys and their counters %s, at first or later", (_name, step) => {
		const n = 8_000;
		const devices = createDictionary();
		for (let device = 0; device < 50; device++) devices.codeOf(`pump-${device}`);
		const codes = Int32Array.from({ length: n }, (_, i) => i % 50);
		const random = randomOf(7);
		const passed = new Map<number, number>();
		const recent = new RecentKeys(new KeyWords(["text", "integer"]), 1_000);
		const fresh = new Int32Array(n);
		for (let round = 0; round < 24; round++) {
			const width = round < 12 ? step : 1_001 - step;
			const values = new Float64Array(n);
			for (let i = 0; i < n; i++) values[i] = (Math.floor(i / 50) + (round - (random() < 0.1 ? 1 : 0)) * 160) * width;
			const [now, watermark] = [round * 90, (round - 2) * 90];
			const columns: Column[] = [
				{ type: "text", codes, dictionary: devices },
				{ type: "integer", values },
			];
			const found = recent.firsts(columns, everyRow(n), n, new Float64Array(n).fill(now), new Float64Array(n).fill(watermark), fresh);
			const wanted: number[] = [];
			values.forEach((value, i) => {
				const key = value * 50 + (i % 50);
				const time = passed.get(key);
				if (time !== undefined && time >= watermark - 1_000 && now - time < 1_000) return;
				passed.set(key, now);
				wanted.push(i);
			});
			expect(fresh.slice(0, found)).toEqual(Int32Array.from(wanted));
			recent.advance(watermark);
		}
	});
});
