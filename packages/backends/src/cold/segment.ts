import type { Entry } from "@weir/runtime";
import * as z from "zod";

/*
 * A segment file; little endian:
 *
 *   file  = "WEIRSEG1", u32 headLength, head as JSON, body
 *   head  = { range: { after, upTo, fromMs, untilMs }, checksum: sha-256 of the body }
 *   body  = zstd( entry* )
 *   entry = u16 idLength, u32 frameLength, id, frame
 */

const MAGIC = Buffer.from("WEIRSEG1");

export const rangeSchema = z.object({ after: z.string(), upTo: z.string(), fromMs: z.number(), untilMs: z.number() });
const headSchema = z.object({ range: rangeSchema, checksum: z.string() });

type Range = z.infer<typeof rangeSchema>;

export function writeHead(range: Range, checksum: string): Uint8Array {
	const head = Buffer.from(JSON.stringify({ range, checksum }));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(head.length);
	return Buffer.concat([MAGIC, length, head]);
}

/** Undefined: it is no segment, or a damaged one. `length` is where the body begins. */
export function readHead(bytes: Buffer): { readonly range: Range; readonly checksum: string; readonly length: number } | undefined {
	const start = MAGIC.length + 4;
	if (bytes.length < start || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
	const length = start + bytes.readUInt32LE(MAGIC.length);
	try {
		const parsed = headSchema.safeParse(JSON.parse(bytes.subarray(start, length).toString("utf8")));
		return parsed.success ? { ...parsed.data, length } : undefined;
	} catch {
		return undefined;
	}
}

export function packEntries(entries: readonly Entry[]): Uint8Array {
	const parts: Uint8Array[] = [];
	for (const { id, frame } of entries) {
		const name = Buffer.from(id);
		const head = Buffer.alloc(6);
		head.writeUInt16LE(name.length, 0);
		head.writeUInt32LE(frame.length, 2);
		parts.push(head, name, frame);
	}
	return Buffer.concat(parts);
}

export function unpackEntries(bytes: Buffer): readonly Entry[] {
	const entries: Entry[] = [];
	for (let at = 0; at < bytes.length; ) {
		const frameAt = at + 6 + bytes.readUInt16LE(at);
		const end = frameAt + bytes.readUInt32LE(at + 2);
		entries.push({ id: bytes.subarray(at + 6, frameAt).toString("utf8"), frame: bytes.subarray(frameAt, end) });
		at = end;
	}
	return entries;
}
