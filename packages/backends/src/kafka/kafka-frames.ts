import { CODEC, FRAME_HEADER_BYTES, readFrameHeader, visitRecords, writeFrameHeader } from "@weir/records";
import type { Entry } from "@weir/runtime";
import type { FetchResponsePartitionAbortedTransaction, MessageRecord, RecordsBatch } from "./wire.ts";

/** Header of a record whose value is a whole frame, and how many records that frame holds. */
const FRAME_HEADER = Buffer.from("weir-frame");
const TOPIC_HEADER = Buffer.from("topic");
const MESSAGE_ID_HEADER = Buffer.from("message-id");

const IS_TRANSACTIONAL = 1 << 4;
const IS_CONTROL = 1 << 5;
const ABORT = 0;

/** Where records go. */
export interface Target {
	readonly topic: string;
	readonly partition: number;
}

/** A frame as Kafka records: raw records one by one, anything else whole. */
export function recordsOf({ topic, partition }: Target, frame: Uint8Array, messageIds: readonly string[] = []): MessageRecord[] {
	const bytes = bufferOf(frame);
	if (!isRaw(frame)) {
		const headers = new Map([[FRAME_HEADER, Buffer.from("1")]]);
		return [{ topic, partition, value: bytes, headers, timestamp: BigInt(Date.now()) }];
	}
	const timestamp = BigInt(Math.max(0, Math.round(readFrameHeader(frame).ingestTimeMs)));
	const records: MessageRecord[] = [];
	visitRecords(frame, (index, keyStart, topicStart, payloadStart, payloadEnd) => {
		const record: MessageRecord = { topic, partition, value: bytes.subarray(payloadStart, payloadEnd), timestamp };
		if (topicStart > keyStart) record.key = bytes.subarray(keyStart, topicStart);
		const messageId = messageIds[index];
		if (payloadStart > topicStart || messageId !== undefined) {
			record.headers = new Map();
			if (payloadStart > topicStart) record.headers.set(TOPIC_HEADER, bytes.subarray(topicStart, payloadStart));
			if (messageId !== undefined) record.headers.set(MESSAGE_ID_HEADER, Buffer.from(messageId));
		}
		records.push(record);
	});
	return records;
}

/** When the records of a frame came; undefined where it holds no raw records. */
export function timeOfFrame(frame: Uint8Array): number | undefined {
	return isRaw(frame) ? readFrameHeader(frame).ingestTimeMs : undefined;
}

function isRaw(frame: Uint8Array): boolean {
	if (frame.length <= FRAME_HEADER_BYTES || frame[0] !== 0x57 || frame[1] !== 1 || frame[3] !== 0) return false;
	return frame[2] === CODEC.raw;
}

/** What a batch of Kafka holds for readers of committed records. */
export interface ReadBatch {
	/** Offset after its last record. */
	readonly next: number;
	readonly entries: readonly Entry[];
}

/** A batch of records that count; undefined in place of marks, and of what a transaction wrote that was given up. */
export interface CommittedBatch {
	/** Offset after its last record. */
	readonly next: number;
	readonly batch: RecordsBatch | undefined;
}

/** Leaves out of an answer, which is in order, what readers of committed records do not see. */
export function committed(
	batches: readonly RecordsBatch[],
	aborted: readonly FetchResponsePartitionAbortedTransaction[],
): readonly CommittedBatch[] {
	const waiting = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset));
	const givenUp = new Set<bigint>();
	return batches.map((batch) => {
		const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
		const next = Number(last) + 1;
		while (waiting[0] !== undefined && waiting[0].firstOffset <= last) {
			givenUp.add(waiting[0].producerId);
			waiting.shift();
		}
		if ((batch.attributes & IS_CONTROL) !== 0) {
			if (batch.records[0]?.key?.readInt16BE(2) === ABORT) givenUp.delete(batch.producerId);
			return { next, batch: undefined };
		}
		const isGivenUp = (batch.attributes & IS_TRANSACTIONAL) !== 0 && givenUp.has(batch.producerId);
		return { next, batch: isGivenUp ? undefined : batch };
	});
}

/**
 * The entries of an answer. A batch is what one append wrote, so its raw records make one entry again, whoever reads and whenever;
 * its place is the offset of its last record. Records up to `after` are left out.
 */
export function readBatches(
	batches: readonly RecordsBatch[],
	aborted: readonly FetchResponsePartitionAbortedTransaction[],
	after: number,
): readonly ReadBatch[] {
	return committed(batches, aborted).map(({ next, batch }) => ({ next, entries: batch === undefined ? [] : entriesOf(batch, after) }));
}

type KafkaRecord = RecordsBatch["records"][number];

function entriesOf(batch: RecordsBatch, after: number): readonly Entry[] {
	const entries: Entry[] = [];
	const first = Number(batch.firstOffset);
	let raw: KafkaRecord[] = [];
	const flush = () => {
		const last = raw.at(-1);
		if (last !== undefined) entries.push({ id: String(first + last.offsetDelta), frame: frameOf(batch, raw) });
		raw = [];
	};
	for (const record of batch.records) {
		if (first + record.offsetDelta <= after) continue;
		if (headerOf(record, FRAME_HEADER) === undefined) raw.push(record);
		else {
			flush();
			entries.push({ id: String(first + record.offsetDelta), frame: record.value ?? Buffer.alloc(0) });
		}
	}
	flush();
	return entries;
}

function frameOf(batch: RecordsBatch, records: readonly KafkaRecord[]): Uint8Array {
	let length = FRAME_HEADER_BYTES;
	const topics = records.map((record) => headerOf(record, TOPIC_HEADER));
	for (const [i, { key, value }] of records.entries()) length += 8 + (key?.length ?? 0) + (topics[i]?.length ?? 0) + (value?.length ?? 0);
	const frame = Buffer.allocUnsafe(length);
	writeFrameHeader(frame, CODEC.raw, Number(batch.firstTimestamp + (records[0]?.timestampDelta ?? 0n)));
	let at = FRAME_HEADER_BYTES;
	for (const [i, { key, value }] of records.entries()) {
		const topic = topics[i];
		frame.writeUInt32LE(value?.length ?? 0, at);
		frame.writeUInt16LE(key?.length ?? 0, at + 4);
		frame.writeUInt16LE(topic?.length ?? 0, at + 6);
		at += 8;
		for (const part of [key, topic, value]) {
			if (part === null || part === undefined) continue;
			part.copy(frame, at);
			at += part.length;
		}
	}
	return frame;
}

function headerOf(record: KafkaRecord, name: Buffer): Buffer | undefined {
	for (const [key, value] of record.headers) if (key !== null && value !== null && key.equals(name)) return value;
	return undefined;
}

export function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
