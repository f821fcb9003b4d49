const encoder = new TextEncoder();
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a, 32 bits, over bytes; unsigned. */
export function hashBytes(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
	let hash = OFFSET_BASIS;
	for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), PRIME);
	return hash >>> 0;
}

/** FNV-1a, 32 bits, over the UTF-8 form of a text; unsigned. */
export function hashText(text: string): number {
	let hash = OFFSET_BASIS;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code > 127) return hashBytes(encoder.encode(text));
		hash = Math.imul(hash ^ code, PRIME);
	}
	return hash >>> 0;
}

/** The partition that records of this key belong to. Doors and exchanges MUST use this one function, so that equal keys meet. */
export function partitionOf(key: string, partitions: number): number {
	return hashText(key) % partitions;
}
