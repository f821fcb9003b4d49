import { aBatch, ByteReader, ByteWriter, type Row, rowsOf } from "@weir/records";
import { expect, it } from "vitest";
import { BoundedMap } from "./bounded-map.ts";
import { KeyValues } from "./key-values.ts";
import { RowStore } from "./row-store.ts";
import { TimeHeap } from "./time-heap.ts";

const schema = {
	fields: [
		{ name: "pump", type: "text" as const },
		{ name: "bar", type: "number" as const },
		{ name: "on", type: "boolean" as const },
		{ name: "raw", type: "json" as const },
		{ name: "at", type: "timestamp" as const },
	],
};

const rowOf = (i: number): Row => ({
	pump: i % 7 === 0 ? null : `pump-${i}`,
	bar: i % 5 === 0 ? null : i / 2,
	on: i % 3 === 0 ? null : i % 2 === 0,
	raw: i % 11 === 0 ? null : { i, list: [i, "é"] },
	at: i,
});

/** Rows `from … from + n − 1`, each in the batch's dictionary or one of its own. */
const batchOf = (from: number, n: number) =>
	aBatch(
		schema,
		Array.from({ length: n }, (_, i) => rowOf(from + i)),
		{ eventTime: "at", key: "pump", ingestTime: 5 },
	);

it("gives rows back as they were put, whatever was freed and put in between, and forgets texts that nobody has any more", () => {
	const store = new RowStore(schema);
	const held = new Map<number, number>();
	for (let from = 0; from < 20_000; from += 250) {
		store.follow(batchOf(from, 250));
		for (let i = 0; i < 250; i++) held.set(from + i, store.put(i));
		for (const [i, slot] of held) {
			if (i >= from - 300 || i % 97 === 0) continue;
			store.free(slot);
			held.delete(i);
		}
	}
	expect(store.size).toBe(held.size);
	const slots = Int32Array.from(held.values());
	const batch = store.batchOf(slots, slots.length, 3);
	expect(rowsOf(batch)).toEqual([...held.keys()].map(rowOf));
	expect([...batch.eventTimes]).toEqual([...held.keys()]);
	expect([...batch.ingestTimes].every((time) => time === 5)).toBe(true);
	expect(store.bytes).toBeLessThan(1_000_000);
});

it("gives a row of nulls for a slot of −1, and rows in any order and number", () => {
	const store = new RowStore(schema);
	store.follow(batchOf(1, 2));
	const [one, two] = [store.put(0), store.put(1)];
	const nothing = { pump: null, bar: null, on: null, raw: null, at: null };
	expect(rowsOf(store.batchOf(Int32Array.of(two, -1, one, two), 4, 0))).toEqual([rowOf(2), nothing, rowOf(1), rowOf(2)]);
});

it("is the same after it was written and read, in the order in which it was written", () => {
	const store = new RowStore(schema);
	store.follow(batchOf(0, 100));
	const slots = Array.from({ length: 100 }, (_, i) => store.put(i)).reverse();
	const writer = new ByteWriter();
	store.write(writer, Int32Array.from(slots));
	const read = new RowStore(schema);
	expect(read.read(new ByteReader(writer.finish()))).toHaveLength(100);
	const all = Int32Array.from({ length: 100 }, (_, i) => i);
	expect(rowsOf(read.batchOf(all, 100, 0))).toEqual(Array.from({ length: 100 }, (_, i) => rowOf(99 - i)));
	const cut = (bytes: number) => () => new RowStore(schema).read(new ByteReader(writer.finish().subarray(0, bytes)));
	expect(cut(50)).toThrow("Stored rows end before they are complete.");
	expect(cut(1_000)).toThrow("Stored bytes end before they are complete.");
});

it("knows keys of several fields apart, also where their texts would run into one another", () => {
	const fields = {
		fields: [
			{ name: "a", type: "text" as const },
			{ name: "b", type: "text" as const },
		],
	};
	const keys = new KeyValues(fields, ["a", "b"]);
	const rows = [
		{ a: "1", b: "23" },
		{ a: "12", b: "3" },
		{ a: null, b: "-" },
		{ a: "-", b: null },
		{ a: "1:2", b: "" },
		{ a: "", b: "1:2" },
	];
	keys.follow(aBatch(fields, rows).columns);
	expect(new Set(rows.map((_, row) => keys.at(row))).size).toBe(rows.length);
	expect(rows.map((_, row) => keys.hasNull(row))).toEqual([false, false, true, true, false, false]);
});

it("remembers the keys set last, and lets go of those that were silent for too long", () => {
	const gone: number[] = [];
	const map = new BoundedMap<number>({ most: 3, forgetAfterMs: 10 }, (value) => gone.push(value));
	expect([map.set("a", 1, 0), map.set("b", 2, 1), map.set(null, 3, 2), map.set("a", 4, 3)]).toEqual([0, 0, 0, 0]);
	expect(map.set(7, 5, 4)).toBe(1);
	expect(gone).toEqual([2]);
	expect(map.get("a", 13)).toBe(4);
	expect(map.get("a", 14)).toBeUndefined();
	const writer = new ByteWriter();
	map.write(writer, (value) => writer.u32(value));
	const reader = new ByteReader(writer.finish());
	const read = new BoundedMap<number>({ most: 3, forgetAfterMs: 10 });
	read.read(reader, () => reader.u32());
	read.set("z", 6, 20);
	expect([read.get(null, 0), read.get("a", 0), read.get(7, 0), read.get("z", 0)]).toEqual([undefined, 4, 5, 6]);
	map.tidy(14);
	expect(gone).toEqual([2, 3, 4]);
});

it("takes the earliest first, and of equal times the one that was put first", () => {
	const heap = new TimeHeap();
	const times = Array.from({ length: 500 }, (_, i) => (i * 7919) % 41);
	times.forEach((time, i) => {
		heap.put(time, i);
	});
	const expected = times.map((time, i) => [time, i] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
	expect(heap.inOrder()).toEqual(expected);
	expect(Array.from({ length: 500 }, () => heap.take())).toEqual(expected.map(([, i]) => i));
	expect([heap.size, heap.earliest, heap.take()]).toEqual([0, Number.POSITIVE_INFINITY, -1]);
});
