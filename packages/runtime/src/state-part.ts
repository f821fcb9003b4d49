import { crc32 } from "node:zlib";
import { WeirError } from "@weir/errors";
import { ByteReader, ByteWriter } from "@weir/records";

/** What is stored of one node under one number: a snapshot, or changes behind it. Never rewritten. */
export interface StatePart {
	readonly node: string;
	readonly type: "snapshot" | "deltas";
	/** In the order they were made; a snapshot stands alone. */
	readonly pieces: readonly StatePiece[];
}

export interface StatePiece {
	readonly bytes: Uint8Array;
	/** Needless once the node has been told a watermark past this. */
	readonly neededUntil: number;
}

const VERSION = 1;
/** `neededUntil`, and how many bytes follow. */
const PIECE_HEAD_BYTES = 12;

/** `u8 version, u32 crc-32 of the rest, text node, u8 type, u32 pieces`, then each piece as `f64 neededUntil, bytes`. */
export function packPart({ node, type, pieces }: StatePart): Uint8Array {
	const head = new ByteWriter()
		.u8(VERSION)
		.u32(0)
		.text(node)
		.u8(type === "snapshot" ? 0 : 1)
		.u32(pieces.length)
		.finish();
	const packed = new Uint8Array(pieces.reduce((sum, { bytes }) => sum + PIECE_HEAD_BYTES + bytes.length, head.length));
	const view = new DataView(packed.buffer);
	packed.set(head);
	let at = head.length;
	// Pieces are large, so memory is made once.
	for (const { neededUntil, bytes } of pieces) {
		view.setFloat64(at, neededUntil, true);
		view.setUint32(at + 8, bytes.length, true);
		packed.set(bytes, at + PIECE_HEAD_BYTES);
		at += PIECE_HEAD_BYTES + bytes.length;
	}
	view.setUint32(1, crc32(packed.subarray(5)), true);
	return packed;
}

/** Reads what `packPart` wrote; the pieces are views. Throws STATE_CORRUPT when a single bit differs. */
export function unpackPart(bytes: Uint8Array): StatePart {
	const reader = new ByteReader(bytes);
	const version = reader.u8();
	if (version !== VERSION) throw new WeirError("STATE_CORRUPT", `It has version ${version} and this program reads version ${VERSION}.`);
	if (reader.u32() !== crc32(bytes.subarray(5))) throw new WeirError("STATE_CORRUPT", "Its checksum is wrong.");
	const node = reader.text();
	const type = reader.u8() === 0 ? "snapshot" : "deltas";
	const pieces: StatePiece[] = [];
	for (let left = reader.u32(); left > 0; left--) pieces.push({ neededUntil: reader.f64(), bytes: reader.bytes() });
	return { node, type, pieces };
}
