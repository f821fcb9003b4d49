import { aBatch, ByteReader, ByteWriter, everyRow } from "@weir/records";
import { describe, expect, it } from "vitest";
import { KeyWords } from "./key-words.ts";
import { RecentKeys } from "./recent-keys.ts";

const HORIZON = 100;
const TYPES = ["text", "integer"] as const;
const SCHEMA = { fields: TYPES.map((type, i) => ({ name: `f${i}`, type })) };

type Key = readonly [string, number];

/** Passes keys at one time; answers which of them are no repeats. */
function firsts(recent: RecentKeys, keys: readonly Key[], time: number): Key[] {
	const rows = keys.map(([device, seq]) => ({ f0: device, f1: seq }));
	const batch = aBatch(SCHEMA, rows, { times: rows.map(() => time), watermark: time - 50 });
	const fresh = new Int32Array(rows.length);
	const found = recent.firsts(batch.columns, everyRow(rows.length), rows.length, batch.eventTimes, batch.watermarks, fresh);
	recent.advance(time - 50);
	return [...fresh.subarray(0, found)].flatMap((i) => [keys[i] ?? ["", 0]]);
}

const create = () => new RecentKeys(new KeyWords(TYPES), HORIZON);

describe("keys that came since the last commit", () => {
	it("give what was known when they are read behind one another, and hold no more than is new", () => {
		const recent = create();
		const parts: { bytes: Uint8Array; latest: number }[] = [];
		for (let step = 0; step < 40; step++) {
			const device = `pump-${step % 7}`;
			firsts(recent, [[device, step] as const, [device, step + 1] as const, [`pump-${step}`, -step] as const], step * 10);
			const writer = new ByteWriter();
			const latest = recent.writeFresh(writer);
			expect(latest).toBe(step * 10);
			parts.push({ bytes: writer.finish(), latest: latest ?? 0 });
			expect(parts.at(-1)?.bytes.length).toBeLessThan(200);
		}
		expect(recent.writeFresh(new ByteWriter())).toBeUndefined();
		// The parts that a watermark of 340 no longer needs may be gone.
		const restored = create();
		for (const { bytes, latest } of parts) if (latest + HORIZON >= 340) restored.read(new ByteReader(bytes));
		const asked = Array.from({ length: 42 }, (_, step) => [`pump-${step % 7}`, step] as const);
		expect(firsts(restored, asked, 390)).toEqual(firsts(recent, asked, 390));
	});

	it("are all keys when there were too many to note", () => {
		const recent = new RecentKeys(new KeyWords(TYPES), HORIZON, { mostNoted: 2_000 });
		const many = Array.from({ length: 3_000 }, (_, seq) => [`pump-${seq % 100}`, seq] as const);
		for (let at = 0; at < many.length; at += 1_000) firsts(recent, many.slice(at, at + 1_000), 5);
		const writer = new ByteWriter();
		expect(recent.writeFresh(writer)).toBe(5);
		const restored = create();
		restored.read(new ByteReader(writer.finish()));
		expect(restored.size).toBe(3_000);
		expect(firsts(restored, many, 6)).toEqual([]);
		firsts(recent, [["pump-1", -1]], 6);
		const next = new ByteWriter();
		recent.writeFresh(next);
		expect(next.length).toBeLessThan(100);
	});

	it("are there once when they are read twice", () => {
		const recent = create();
		firsts(
			recent,
			[
				["pump-1", 1],
				["pump-1", 2],
				["pump-2", 1],
			] as const,
			5,
		);
		const writer = new ByteWriter();
		recent.write(writer);
		const restored = create();
		for (let time = 0; time < 3; time++) restored.read(new ByteReader(writer.finish()));
		expect(restored.size).toBe(3);
	});
});
