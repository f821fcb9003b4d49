import { WeirError } from "@weir/errors";

/*
 * A frame is one entry of the log; little endian:
 *
 *   frame   = u8 magic 0x57, u8 version 1, u8 codec, u8 flags, u32 reserved, f64 ingestTimeMs, body
 *   body    = record*            codec 1, raw records as they came through a door
 *           | column batch       codec 2, see column-frame.ts
 *   record  = u32 payloadLength, u16 keyLength, u16 topicLength, key, topic, payload
 *
 * Records delimit themselves, so a frame is a header with records put behind one another.
 */

const MAGIC = 0x57;
const VERSION = 1;

/** Length of the header in bytes. */
export const FRAME_HEADER_BYTES = 16;

/** A door fills an entry up to this: the next allocation class of Redis is a quarter larger. */
export const FRAME_LIMIT_BYTES = 63_000;

/** Length of what stands before a record's key. */
export const RECORD_HEADER_BYTES = 8;

/** How a frame's body is written. */
export const CODEC = { raw: 1, columns: 2 } as const;

export type Codec = (typeof CODEC)[keyof typeof CODEC];

export interface FrameHeader {
	readonly codec: Codec;
	readonly flags: number;
	/** When the door received it: milliseconds since 1970 UTC. */
	readonly ingestTimeMs: number;
}

/** A record as it came through a door. */
export interface RawRecord {
	readonly key: string;
	/** Empty when it did not come over MQTT. */
	readonly topic: string;
	readonly payload: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The first 16 bytes of a frame. */
export function encodeFrameHeader(codec: Codec, ingestTimeMs: number, flags = 0): Uint8Array<ArrayBuffer> {
	const header = new Uint8Array(FRAME_HEADER_BYTES);
	writeFrameHeader(header, codec, ingestTimeMs, flags);
	return header;
}

/** Writes the header into the first 16 bytes of `target`. */
export function writeFrameHeader(target: Uint8Array, codec: Codec, ingestTimeMs: number, flags = 0): void {
	const view = viewOf(target);
	target[0] = MAGIC;
	target[1] = VERSION;
	target[2] = codec;
	target[3] = flags;
	view.setUint32(4, 0, true);
	view.setFloat64(8, ingestTimeMs, true);
}

/** One packed record. Throws RECORD_TOO_LARGE when key or topic pass 65,535 bytes. */
export function encodeRecord(record: RawRecord): Uint8Array<ArrayBuffer> {
	const { payload } = record;
	const [key, topic] = [encoder.encode(record.key), encoder.encode(record.topic)];
	const bytes = new Uint8Array(RECORD_HEADER_BYTES + key.length + topic.length + payload.length);
	const keyStart = writeRecordHeader(bytes, 0, key.length, topic.length, payload.length);
	bytes.set(key, keyStart);
	bytes.set(topic, keyStart + key.length);
	bytes.set(payload, keyStart + key.length + topic.length);
	return bytes;
}

/**
 * Writes what stands before the key of a record; answers where the key begins. Topic and payload follow the key.
 * Throws RECORD_TOO_LARGE when key or topic pass 65,535 bytes.
 */
export function writeRecordHeader(target: Uint8Array, at: number, keyLength: number, topicLength: number, payloadLength: number): number {
	if (keyLength > 0xffff || topicLength > 0xffff) {
		throw new WeirError("RECORD_TOO_LARGE", "The key or the topic of a record is longer than 65,535 bytes; use a shorter one.");
	}
	writeUint16(target, at, payloadLength);
	writeUint16(target, at + 2, payloadLength >>> 16);
	writeUint16(target, at + 4, keyLength);
	writeUint16(target, at + 6, topicLength);
	return at + RECORD_HEADER_BYTES;
}

function writeUint16(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value;
	bytes[at + 1] = value >>> 8;
}

/** A frame of raw records made from packed ones. */
export function encodeRawFrame(ingestTimeMs: number, packed: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	let length = FRAME_HEADER_BYTES;
	for (const record of packed) length += record.length;
	const frame = new Uint8Array(length);
	writeFrameHeader(frame, CODEC.raw, ingestTimeMs);
	let at = FRAME_HEADER_BYTES;
	for (const record of packed) {
		frame.set(record, at);
		at += record.length;
	}
	return frame;
}

function broken(sentence: string): WeirError {
	return new WeirError("STATE_CORRUPT", `An entry of the log cannot be read: ${sentence}`);
}

/** Reads and checks the header. Throws STATE_CORRUPT on bytes that are no frame of ours. */
export function readFrameHeader(frame: Uint8Array): FrameHeader {
	if (frame.length < FRAME_HEADER_BYTES) throw broken(`it has ${frame.length} bytes and a header has ${FRAME_HEADER_BYTES}.`);
	if (frame[0] !== MAGIC) throw broken("it does not begin with the mark of a frame.");
	if (frame[1] !== VERSION) throw broken(`its version is ${frame[1]} and this program reads version ${VERSION}.`);
	const codec = frame[2];
	if (codec !== CODEC.raw && codec !== CODEC.columns) throw broken(`its codec is ${codec}, which nobody has defined.`);
	return { codec, flags: frame[3] ?? 0, ingestTimeMs: viewOf(frame).getFloat64(8, true) };
}

/** Told of each record of a frame by place; the bytes are `frame.subarray(start, end)`. */
export type RecordVisitor = (index: number, keyStart: number, topicStart: number, payloadStart: number, payloadEnd: number) => void;

/** Walks the records of a raw frame without copying; answers how many there are. Packed records without a header before them begin at 0. */
export function visitRecords(frame: Uint8Array, visit: RecordVisitor, from = FRAME_HEADER_BYTES): number {
	const view = viewOf(frame);
	let at = from;
	let index = 0;
	while (at < frame.length) {
		if (at + RECORD_HEADER_BYTES > frame.length) throw broken("its last record is cut off.");
		const keyStart = at + RECORD_HEADER_BYTES;
		const topicStart = keyStart + view.getUint16(at + 4, true);
		const payloadStart = topicStart + view.getUint16(at + 6, true);
		const payloadEnd = payloadStart + view.getUint32(at, true);
		if (payloadEnd > frame.length) throw broken("its last record is cut off.");
		visit(index, keyStart, topicStart, payloadStart, payloadEnd);
		index += 1;
		at = payloadEnd;
	}
	return index;
}

/** How many records a raw frame holds. */
export function countRecords(frame: Uint8Array): number {
	return visitRecords(frame, () => {});
}

/** A raw frame with its records; payloads are views into the frame. For tests, tools and small amounts. */
export function readFrame(frame: Uint8Array): FrameHeader & { readonly records: readonly RawRecord[] } {
	const header = readFrameHeader(frame);
	if (header.codec !== CODEC.raw) throw broken("it holds columns where raw records were expected.");
	const records: RawRecord[] = [];
	visitRecords(frame, (_index, keyStart, topicStart, payloadStart, payloadEnd) => {
		records.push({
			key: decoder.decode(frame.subarray(keyStart, topicStart)),
			topic: topicStart === payloadStart ? "" : decoder.decode(frame.subarray(topicStart, payloadStart)),
			payload: frame.subarray(payloadStart, payloadEnd),
		});
	});
	return { ...header, records };
}
