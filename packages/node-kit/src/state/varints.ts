import type { ByteReader } from "@weir/records";

/** Whole numbers up to this far from 0 may stand as differences: twice their greatest difference is still exact in a double. */
export const MOST_WHOLE = 2 ** 50;
/** Bytes of the largest number that is written here. */
export const MOST_VARINT_BYTES = 8;

/** Writes a whole number from 0 on, seven bits a byte, lowest first; answers the place behind it. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
	let to = at;
	let left = value;
	for (; left >= 2 ** 31; left = Math.floor(left / 128)) bytes[to++] = (left % 128) | 128;
	let small = left | 0;
	for (; small > 127; small >>>= 7) bytes[to++] = (small & 127) | 128;
	bytes[to++] = small;
	return to;
}

/** As `putVarint`, for a whole number of either sign. */
export function putSigned(bytes: Uint8Array, at: number, value: number): number {
	// Mostly it is one byte or two, and then no double need be counted with.
	const small = value | 0;
	if (small === value && small >= -8_192 && small < 8_192) {
		const folded = (small << 1) ^ (small >> 31);
		if (folded < 128) {
			bytes[at] = folded;
			return at + 1;
		}
		bytes[at] = (folded & 127) | 128;
		bytes[at + 1] = folded >> 7;
		return at + 2;
	}
	return putVarint(bytes, at, value < 0 ? -2 * value - 1 : 2 * value);
}

export function readVarint(reader: ByteReader): number {
	let value = 0;
	let unit = 1;
	for (;;) {
		const byte = reader.u8();
		value += (byte & 127) * unit;
		if (byte < 128) return value;
		unit *= 128;
	}
}

export function readSigned(reader: ByteReader): number {
	const value = readVarint(reader);
	return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
