import { isUtf8 } from "node:buffer";
import { packetFault, REASON } from "./reasons.ts";

/** Reads the body of one packet from front to end; every step past the end is a malformed packet. */
export class Cursor {
	readonly #bytes: Buffer;
	at: number;
	readonly end: number;

	constructor(bytes: Buffer, at: number, end: number) {
		this.#bytes = bytes;
		this.at = at;
		this.end = end;
	}

	get left(): number {
		return this.end - this.at;
	}

	byte(): number {
		return this.#bytes[this.#step(1)] ?? 0;
	}

	short(): number {
		return this.#bytes.readUInt16BE(this.#step(2));
	}

	long(): number {
		return this.#bytes.readUInt32BE(this.#step(4));
	}

	/** A variable byte integer of at most four bytes, in its shortest form. */
	variable(): number {
		let value = 0;
		for (let shift = 0; shift < 28; shift += 7) {
			const byte = this.byte();
			value += (byte & 0x7f) * 2 ** shift;
			if (byte < 0x80) {
				if (byte === 0 && shift > 0) break;
				return value;
			}
		}
		throw packetFault(REASON.malformed, "A variable byte integer of the packet is longer than it may be.");
	}

	binary(): Buffer {
		const length = this.short();
		const start = this.#step(length);
		return this.#bytes.subarray(start, start + length);
	}

	text(): string {
		const bytes = this.binary();
		if (!isUtf8(bytes)) throw packetFault(REASON.malformed, "A text of the packet is not valid UTF-8.");
		const text = bytes.toString();
		if (hasControl(text)) throw packetFault(REASON.malformed, "A text of the packet holds a control character.");
		return text;
	}

	/** A part of the packet with a length of its own. */
	part(length: number): Cursor {
		const start = this.#step(length);
		return new Cursor(this.#bytes, start, start + length);
	}

	#step(length: number): number {
		const start = this.at;
		if (start + length > this.end) throw packetFault(REASON.malformed, "The packet is shorter than its parts.");
		this.at = start + length;
		return start;
	}
}

/** 1.5.4: no null character, and for a strict reader no other control character nor U+FFFF either. */
function hasControl(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || code >= 0xfffe) return true;
	}
	return false;
}
