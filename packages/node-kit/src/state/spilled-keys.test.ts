import { aBatch, ByteReader, ByteWriter, everyRow, type FieldType } from "@weir/records";
import { describe, expect, it } from "vitest";
import { MemorySpill } from "../testing/index.ts";
import { KeyFilter } from "./key-filter.ts";
import { KeyShare } from "./key-share.ts";
import { KeyWords } from "./key-words.ts";
import { RecentKeys } from "./recent-keys.ts";

type Value = string | number | boolean | null;

function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

const HORIZON = 1_000;

/** Keys that are thrown away and restored like a task's: by their changes, by a whole snapshot, or spread over tasks and gathered again. */
class Task {
	readonly #types: readonly FieldType[];
	readonly #spill: (() => MemorySpill) | undefined;
	disk: MemorySpill | undefined;
	recent: RecentKeys;
	#snapshot: Uint8Array | undefined;
	#deltas: Uint8Array[] = [];

	constructor(types: readonly FieldType[], spill?: () => MemorySpill) {
		this.#types = types;
		this.#spill = spill;
		this.recent = this.#create();
	}

	#create(): RecentKeys {
		this.disk = this.#spill?.();
		return new RecentKeys(new KeyWords(this.#types), HORIZON, { mostNoted: 500, ...(this.disk && { spill: this.disk }) });
	}

	firsts(rows: readonly (readonly Value[])[], times: readonly number[], watermark: number): number[] {
		const schema = { fields: this.#types.map((type, i) => ({ name: `f${i}`, type })) };
		const objects = rows.map((row) => Object.fromEntries(row.map((value, i) => [`f${i}`, value])));
		const batch = aBatch(schema, objects, { times, watermark });
		const fresh = new Int32Array(rows.length);
		const found = this.recent.firsts(batch.columns, everyRow(rows.length), rows.length, batch.eventTimes, batch.watermarks, fresh);
		return [...fresh.subarray(0, found)];
	}

	commit(): void {
		const writer = new ByteWriter();
		if (this.recent.writeFresh(writer) !== undefined) this.#deltas.push(writer.finish());
	}

	restoreDeltas(): void {
		this.#replace();
		for (const bytes of [...(this.#snapshot === undefined ? [] : [this.#snapshot]), ...this.#deltas])
			this.recent.read(new ByteReader(bytes));
	}

	restoreSnapshot(): void {
		const writer = new ByteWriter();
		this.recent.write(writer);
		this.#snapshot = writer.finish();
		this.#deltas = [];
		this.restoreDeltas();
	}

	respread(fields: number): void {
		const before = this.recent;
		const [disk, parts] = [this.disk, [0, 1, 2]];
		const spread = { fields, places: Array.from({ length: fields }, (_, i) => i), partitions: 3 };
		const written = parts.map((part) => {
			const writer = new ByteWriter();
			before.writeShare(writer, new KeyShare(spread, part));
			return writer.finish();
		});
		this.#replace();
		disk?.close();
		this.#snapshot = undefined;
		this.#deltas = [];
		for (const bytes of written) this.recent.read(new ByteReader(bytes));
		this.recent.noteAll();
		this.commit();
		this.restoreDeltas();
	}

	#replace(): void {
		this.recent.close();
		this.recent = this.#create();
	}
}

describe("keys that do not fit into the memory given", () => {
	it.each<[string, readonly FieldType[], (random: () => number) => readonly Value[]]>([
		[
			"devices that count on",
			["text", "integer"],
			(random) => [random() < 0.01 ? null : `pump-${Math.floor(random() * 40)}`, Math.floor(random() * 60) - 30],
		],
		["texts", ["text"], (random) => [`größe-${Math.floor(random() * 2_000)}`]],
		["JSON and truth", ["json", "boolean"], (random) => [`[${Math.floor(random() * 900)}]`, random() < 0.5]],
		["numbers that jump", ["number", "integer"], (random) => [Math.floor(random() * 40) / 4, Math.floor(random() * 60) * 1_009]],
	])("are judged as if they did, through growth, forgetting, restores and new numbers of tasks: %s", (_name, types, keyOf) => {
		for (let seed = 1; seed <= 2; seed++) {
			const random = randomOf(seed);
			const plain = new Task(types);
			const small = new Task(types, () => new MemorySpill(1));
			let [now, watermark, most, reads] = [0, Number.NEGATIVE_INFINITY, 0, 0];
			for (let step = 0; step < 90; step++) {
				const rows = Array.from({ length: Math.floor(random() * 120) }, () => keyOf(random));
				const times = rows.map(() => now + Math.floor((random() - 0.8) * 900) + (seed === 2 ? 0.25 : 0));
				expect(small.firsts(rows, times, watermark)).toEqual(plain.firsts(rows, times, watermark));
				now += 60;
				watermark = now - 500;
				for (const task of [plain, small]) task.recent.advance(watermark);
				most = Math.max(most, small.recent.spilled);
				reads += small.disk?.reads ?? 0;
				const fate = random();
				for (const task of [plain, small]) {
					if (fate < 0.5) task.commit();
					if (fate < 0.1) task.restoreDeltas();
					else if (fate > 0.93) task.restoreSnapshot();
					else if (fate > 0.88) task.respread(types.length);
				}
			}
			expect(most).toBeGreaterThan(500);
			expect(reads).toBeGreaterThan(100);
		}
	});

	it("are told from their neighbours, where a device counts on and its keys stand together", () => {
		const task = new Task(["text", "integer"], () => new MemorySpill(100_000));
		const pass = (seq: number) =>
			task.firsts(
				Array.from({ length: 50 }, (_, device) => [`pump-${device}`, seq]),
				Array.from({ length: 50 }, () => seq),
				0,
			).length;
		const seqs = Array.from({ length: 320 }, (_, seq) => seq);
		const [sent, missing] = [seqs.filter((seq) => seq % 8 < 6), seqs.filter((seq) => seq % 8 >= 6)];
		for (const seq of sent) expect(pass(seq)).toBe(50);
		expect(task.recent.spilled).toBeGreaterThan(8_000);
		for (const seq of missing) expect(pass(seq)).toBe(50);
		for (const seq of seqs) expect(pass(seq)).toBe(0);
	});

	it("stay within that memory while there are twenty times as many", () => {
		const schema = {
			fields: [
				{ name: "f0", type: "text" as const },
				{ name: "f1", type: "integer" as const },
			],
		};
		const share = 500_000;
		const disk = new MemorySpill(share);
		const keys = new RecentKeys(new KeyWords(["text", "integer"]), 1e9, { spill: disk });
		let [largest, fits] = [0, 0];
		for (let step = 0; step < 500; step++) {
			// A name of its own for every second key: texts go to the disk too.
			const rows = Array.from({ length: 200 }, (_, i) => ({ f0: `pump-${i % 2 === 0 ? i : step * 200 + i}`, f1: step }));
			const batch = aBatch(schema, rows, { times: rows.map(() => step), watermark: 0 });
			expect(keys.firsts(batch.columns, everyRow(200), 200, batch.eventTimes, batch.watermarks, new Int32Array(200))).toBe(200);
			keys.writeFresh(new ByteWriter());
			largest = Math.max(largest, keys.bytes);
			if (keys.spilled === 0) fits = keys.size;
		}
		expect(keys.size + keys.spilled).toBe(100_000);
		expect(100_000 / fits).toBeGreaterThan(20);
		expect(largest).toBeLessThan(share);
		expect(disk.bytes).toBeGreaterThan(2_000_000);
		keys.advance(2e9);
		expect(disk.segments.size).toBe(0);
	});

	it("stay in memory when the disk takes no more, and leave it again once there is room", () => {
		const disk = new MemorySpill(1);
		disk.mostPages = 0;
		const recent = new RecentKeys(new KeyWords(["integer"]), 1e9, { spill: disk });
		const schema = { fields: [{ name: "f0", type: "integer" as const }] };
		const pass = (from: number) => {
			const rows = Array.from({ length: 200 }, (_, i) => ({ f0: from + i }));
			const batch = aBatch(schema, rows, { times: rows.map(() => from), watermark: 0 });
			return recent.firsts(batch.columns, everyRow(200), 200, batch.eventTimes, batch.watermarks, new Int32Array(200));
		};
		for (let step = 0; step < 10; step++) expect(pass(step * 200)).toBe(200);
		expect([recent.size, recent.spilled]).toEqual([2_000, 0]);
		disk.mostPages = 1_000_000;
		for (let step = 10; step < 30; step++) expect(pass(step * 200)).toBe(200);
		expect(recent.spilled).toBeGreaterThan(1_000);
		for (let step = 0; step < 30; step++) expect(pass(step * 200)).toBe(0);
	});
});

it("a filter never says of a key that was added that it is not there, and seldom of another that it may be", () => {
	const filter = new KeyFilter(10_000);
	const random = randomOf(5);
	const hash = () => (random() * 2 ** 32) | 0;
	const added = Array.from({ length: 10_000 }, () => [hash(), hash()] as const);
	for (const [first, second] of added) filter.add(first, second);
	expect(added.every(([first, second]) => filter.mayHave(first, second))).toBe(true);
	let wrong = 0;
	for (let i = 0; i < 20_000; i++) if (filter.mayHave(hash(), hash())) wrong += 1;
	expect(wrong).toBeLessThan(250);
	expect(filter.bytes).toBeLessThan(16_000);
});
