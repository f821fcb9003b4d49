import { WeirError } from "@weir/errors";
import type { Checkpoint, CheckpointHead } from "@weir/runtime";
import { positionText } from "@weir/runtime";
import * as z from "zod";
import { readCheckpoint } from "../checkpoint-text.ts";
import type { StoredRecord } from "./fetcher.ts";
import { bufferOf } from "./kafka-frames.ts";
import type { MessageRecord } from "./wire.ts";

/*
 * A task has a partition of a compacted topic to itself:
 *
 *   key "head"             u32 length of the JSON, JSON (headSchema), packed state of the runtime
 *   key "<part>.<piece>"   a piece of a part; null once the part is dropped
 */

/** The client's types know no record without a value, which is how Kafka deletes; its writer does. */
const DELETED = undefined as unknown as Buffer;
const HEAD = "head";
const PIECE_BYTES = 400_000;

const headSchema = z.object({
	generation: z.number(),
	position: z.string(),
	watermark: z.string(),
	counters: z.string(),
	/** Number, pieces and bytes of each part that belongs to the checkpoint. */
	parts: z.array(z.tuple([z.number(), z.number(), z.number()])),
});

/** Pieces and bytes of a part, by its number. */
export type StoredParts = Map<number, { readonly pieces: number; readonly bytes: number }>;

/** What is stored of a task, and the generation that holds it. */
export interface StoredTask {
	readonly generation: number;
	readonly checkpoint: Checkpoint;
	readonly parts: StoredParts;
}

interface Place {
	readonly topic: string;
	readonly partition: number;
}

export function headRecord(place: Place, generation: number, head: CheckpointHead, parts: StoredParts): MessageRecord {
	const { position, state, watermark, counters } = head;
	const stored: z.infer<typeof headSchema> = {
		generation,
		position: positionText(position),
		watermark: watermark === Number.NEGATIVE_INFINITY ? "" : String(watermark),
		counters: JSON.stringify(counters),
		parts: [...parts].map(([number, { pieces, bytes }]) => [number, pieces, bytes]),
	};
	const json = Buffer.from(JSON.stringify(stored));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(json.length);
	return { ...place, key: Buffer.from(HEAD), value: Buffer.concat([length, json, state]) };
}

/** The records of a part, and what is noted about it. */
export function partRecords(
	place: Place,
	number: number,
	part: Uint8Array,
): { readonly records: readonly MessageRecord[]; readonly noted: { readonly pieces: number; readonly bytes: number } } {
	const bytes = bufferOf(part);
	const records: MessageRecord[] = [];
	for (let at = 0; at < bytes.length || at === 0; at += PIECE_BYTES) {
		records.push({ ...place, key: Buffer.from(`${number}.${records.length}`), value: bytes.subarray(at, at + PIECE_BYTES) });
	}
	return { records, noted: { pieces: records.length, bytes: bytes.length } };
}

/** Deletes a part. */
export function noPart(place: Place, number: number, pieces: number): readonly MessageRecord[] {
	return Array.from({ length: pieces }, (_, piece) => ({ ...place, key: Buffer.from(`${number}.${piece}`), value: DELETED }));
}

/** What the records of a task's partition say; undefined: nothing was ever stored. Throws STATE_CORRUPT. */
export async function readTask(records: AsyncIterable<StoredRecord>): Promise<StoredTask | undefined> {
	const byKey = new Map<string, Buffer>();
	for await (const { key, value } of records) {
		if (value === null) byKey.delete(String(key));
		else byKey.set(String(key), value);
	}
	const head = byKey.get(HEAD);
	if (head === undefined) return undefined;
	const jsonEnd = 4 + head.readUInt32LE(0);
	const { success, data, error } = headSchema.safeParse(JSON.parse(head.subarray(4, jsonEnd).toString()));
	if (!success) throw new WeirError("STATE_CORRUPT", "A stored checkpoint cannot be read; deploy the flow anew.", { cause: error });
	const parts: StoredParts = new Map();
	const bytes: [number, Uint8Array][] = [];
	for (const [number, pieces, length] of data.parts) {
		const found = Array.from({ length: pieces }, (_, piece) => byKey.get(`${number}.${piece}`) ?? Buffer.alloc(0));
		const part = found.length === 1 && found[0] !== undefined ? found[0] : Buffer.concat(found);
		if (part.length !== length) {
			throw new WeirError("STATE_CORRUPT", `Part ${number} of a stored checkpoint is not whole; deploy the flow anew.`);
		}
		parts.set(number, { pieces, bytes: length });
		bytes.push([number, part]);
	}
	const { position, watermark, counters, generation } = data;
	return { generation, parts, checkpoint: readCheckpoint({ position, watermark, counters, state: head.subarray(jsonEnd), parts: bytes }) };
}
