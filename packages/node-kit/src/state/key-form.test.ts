import { aBatch, ByteReader, ByteWriter, everyRow, type FieldType } from "@weir/records";
import { describe, expect, it } from "vitest";
import type { KeyValue } from "./key-values.ts";
import { KeyWords } from "./key-words.ts";
import { type PackedKeys, readKeys, writeKeys } from "./stored-keys.ts";

/** mulberry32. */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const EDGES = [
	0,
	1,
	-1,
	63,
	64,
	-64,
	-65,
	127,
	128,
	8_191,
	8_192,
	-8_192,
	-8_193,
	2 ** 31 - 1,
	2 ** 31,
	-(2 ** 31) - 1,
	2 ** 50,
	-(2 ** 50),
];
const BEYOND = [2 ** 50 + 1, 2 ** 53 - 1, -(2 ** 53) + 1];
const TEXTS = ["", "pump-1", "größe 5 µm", "泵".repeat(40), "\u{1f6b0}", "a".repeat(3_000)];

/** Any value of a type; `wild` are those that do not fit into differences. */
function anyOf(type: FieldType, random: () => number, isWild: boolean): KeyValue {
	const oneOf = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
	if (type === "boolean") return random() < 0.5;
	if (type === "text") return random() < 0.2 ? oneOf(TEXTS) : `pump-${Math.floor(random() * 50)}`;
	if (isWild && random() < 0.3) return type === "integer" ? oneOf(BEYOND) : oneOf([0.1, -1e300, 5e-324, ...BEYOND]);
	if (random() < 0.2) return oneOf(EDGES);
	return Math.floor((random() - 0.5) * 10 ** Math.floor(random() * 15));
}

interface Made {
	readonly keys: KeyWords;
	readonly packed: Required<PackedKeys>;
	readonly rows: readonly (readonly KeyValue[])[];
}

function make(types: readonly FieldType[], count: number, seed: number, laneBits: number, isWild: boolean): Made {
	const random = randomOf(seed);
	const rows = Array.from({ length: count }, () => types.map((type) => anyOf(type, random, isWild)));
	const schema = { fields: types.map((type, i) => ({ name: `f${i}`, type })) };
	const batch = aBatch(
		schema,
		rows.map((row) => Object.fromEntries(row.map((value, i) => [`f${i}`, value]))),
		{ times: rows.map(() => 0), watermark: 0 },
	);
	const keys = new KeyWords(types);
	keys.laneBits = keys.counter < 0 ? 0 : laneBits;
	keys.load(batch.columns, everyRow(count), count);
	const times = Float64Array.from(rows, () => (isWild && random() < 0.1 ? random() * 1e12 : 1.7e12 + Math.floor(random() * 60_000)));
	const lanes = keys.lanes.slice(0, count);
	return { keys, rows, packed: { count, times, words: keys.words.slice(0, count * keys.width), lanes } };
}

function stored(keys: KeyWords, packed: PackedKeys): Uint8Array {
	const writer = new ByteWriter();
	writeKeys(writer, keys, packed);
	return writer.finish();
}

const TYPES: readonly (readonly FieldType[])[] = [
	["text", "integer"],
	["integer"],
	["number", "text"],
	["integer", "text", "boolean", "integer", "text"],
	["boolean"],
	["timestamp", "number"],
];
const SHAPES = TYPES.flatMap((types) => [0, 3].flatMap((laneBits) => [false, true].map((isWild) => ({ types, laneBits, isWild }))));

describe("keys as they are stored", () => {
	it.each(SHAPES)("are read as they were, bit for bit: $types, cut by $laneBits bits, wild $isWild", ({ types, laneBits, isWild }) => {
		for (const [round, count] of [0, 1, 2, 300, 4_097].entries()) {
			const { keys, packed, rows } = make(types, count, round * 7 + laneBits, laneBits, isWild);
			const times = packed.times.slice();
			const reader = new ByteReader(stored(keys, packed));
			const others = new KeyWords(types);
			const read = readKeys(reader, others);
			expect(reader.left).toBe(0);
			expect(read.count).toBe(count);
			expect(read.times).toEqual(times);
			const values = rows.map((_row, i) => types.map((_type, field) => others.valueAt(read.words, i * others.width, field)));
			expect(values).toEqual(rows.map((row) => row.map((value) => (typeof value === "number" ? value + 0 : value))));
		}
	});

	it("take six bytes each at most where ten thousand devices count on", () => {
		const keys = new KeyWords(["text", "integer"]);
		const ids = keys.textsOf(0);
		const count = 100_000;
		const random = randomOf(3);
		const words = new Int32Array(count * keys.width);
		const times = new Float64Array(count);
		const next = new Int32Array(10_000);
		for (let i = 0; i < count; i++) {
			const device = Math.floor(random() * next.length);
			words[i * keys.width] = ids?.codeOf(String(device).padStart(6, "0")) ?? -1;
			next[device] = (next[device] as number) + 1;
			keys.writeNumber(words, i * keys.width + 1, next[device] as number);
			times[i] = 1.7e12 + Math.floor(i / 10 - random() * 800);
		}
		const texts = next.length * 10;
		expect((stored(keys, { count, words, times }).length - texts) / count).toBeLessThan(6);
	});

	it("are refused with STATE_CORRUPT wherever their bytes end too early, and where a place or a form is none", () => {
		const types = ["text", "integer"] as const;
		const { keys, packed } = make(types, 12, 1, 0, false);
		const bytes = stored(keys, packed);
		expect(bytes.length).toBeLessThan(1_000);
		const refused = expect.objectContaining({ code: "STATE_CORRUPT" });
		for (let length = 0; length < bytes.length; length++)
			expect(() => readKeys(new ByteReader(bytes.subarray(0, length)), new KeyWords(types))).toThrow(refused);
		for (let at = 0; at < bytes.length; at++) {
			const broken = bytes.slice();
			broken[at] = 0xff;
			try {
				readKeys(new ByteReader(broken), new KeyWords(types));
			} catch (error) {
				expect(error).toEqual(refused);
			}
		}
	});
});
