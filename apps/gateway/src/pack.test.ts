import { encodeFrameHeader, partitionOf, readFrame } from "@weir/records";
import { describe, expect, it } from "vitest";
import type { Delivery } from "./ingest.ts";
import { pack, repack } from "./pack.ts";
import { Splitters } from "./splitters.ts";
import type { Piece } from "./writer.ts";

const PARTITIONS = 4;
const identity = { tenant: "water", device: "device-1", credential: "c", expiresAtMs: Number.POSITIVE_INFINITY };

function deliveryOf(text: string, settings: Partial<Delivery["endpoint"]["settings"]>, rest: Partial<Delivery> = {}): Delivery {
	const endpoint = {
		id: "pump",
		key: "pump",
		tenant: "water",
		protocol: "http",
		partitions: PARTITIONS,
		generation: 1,
		durability: "fsync",
		settings: { format: "json", maxRecordBytes: 100_000, ...settings },
	} as Delivery["endpoint"];
	const body = Buffer.from(text);
	const { records } = new Splitters().of(endpoint).split(body, true);
	return { endpoint, identity, topic: "", body, records, patience: { ms: 1, waitsWhenFull: false }, ...rest };
}

function recordsOf({ bytes }: Piece): readonly (readonly [string, string, string])[] {
	const frame = Buffer.concat([encodeFrameHeader(1, 0), bytes]);
	return readFrame(frame).records.map(({ key, topic, payload }) => [key, topic, Buffer.from(payload).toString()]);
}

const line = (value: unknown, n: number) => JSON.stringify({ id: value, n });

describe("a packed delivery", () => {
	it("has each record once, under its key, in the partition of the key, in order", () => {
		const values = ["a", "b", "Pümpe", 7, true, 'q"uote', "a", { x: 1 }, "", null, "x".repeat(1_025), "b"];
		const keys = ["a", "b", "Pümpe", "7", "true", 'q"uote', "a", "device-1", "device-1", "device-1", "device-1", "b"];
		const pieces = pack(deliveryOf(values.map(line).join("\n"), { keyField: "id" }, { topic: "plant/1" }));
		const expected = values.map((value, n) => [keys[n] ?? "", "plant/1", line(value, n)] as const);
		for (const piece of pieces) {
			const mine = expected.filter(([key]) => partitionOf(key, PARTITIONS) === piece.partition);
			expect(recordsOf(piece)).toEqual(mine);
			expect(piece.count).toBe(mine.length);
		}
		expect(pieces.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
	});

	it("is cut where a frame is full", () => {
		const pieces = pack(deliveryOf(Array.from({ length: 10 }, (_, n) => line("a", n).padEnd(20_000)).join("\n"), {}));
		expect(pieces.map(({ count }) => count)).toEqual([10]);
		const long = Array.from({ length: 10 }, (_, n) => JSON.stringify({ n, text: "x".repeat(20_000) }));
		expect(pack(deliveryOf(long.join("\n"), {})).map(({ count }) => count)).toEqual([3, 3, 3, 1]);
	});

	it("names records by key and message id, and keeps those that have none in their place among them", () => {
		const body = ['{"id":"a","m":1}', '{"id":"a","m":2}', '{"id":"a"}', '{"id":"a","m":1}', '{"id":"b","m":1}'].join("\n");
		const pieces = pack(deliveryOf(body, { keyField: "id", messageIdField: "m" }));
		const mine = pieces.filter(({ partition }) => partition === partitionOf("a", PARTITIONS));
		expect(mine.map(({ messageIds }) => messageIds?.length)).toEqual([2, undefined, 1]);
		expect(mine[2]?.messageIds).toEqual(mine[0]?.messageIds?.slice(0, 1));
		const ofB = pieces.find(({ partition }) => partition === partitionOf("b", PARTITIONS));
		expect(ofB?.messageIds).not.toEqual(mine[2]?.messageIds);
		const named = pack(deliveryOf(body, {}, { deliveryId: "1" })).flatMap(({ messageIds = [] }) => messageIds);
		expect(new Set(named).size).toBe(5);
	});

	it("is packed anew for more partitions with nothing lost", () => {
		const values = Array.from({ length: 50 }, (_, n) => `pump-${n % 9}`);
		const before = pack(deliveryOf(values.map(line).join("\n"), { keyField: "id", messageIdField: "n" }));
		const after = before.flatMap((piece) => repack(piece, 8));
		const all = (pieces: readonly Piece[]) =>
			pieces.flatMap((piece) => recordsOf(piece).map((record, i) => [record, piece.messageIds?.[i]]));
		expect(all(after).map(String).sort()).toEqual(all(before).map(String).sort());
		for (const piece of after) for (const [key] of recordsOf(piece)) expect(partitionOf(key, 8)).toBe(piece.partition);
	});
});
