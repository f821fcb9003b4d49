/** 1-based line and column (in characters) of a byte in UTF-8 text. */
export interface TextPlace {
	readonly line: number;
	readonly column: number;
}

/** The place of byte `at` within `bytes[start, …)`. */
export function placeOf(bytes: Uint8Array, start: number, at: number): TextPlace {
	let line = 1;
	let column = 1;
	for (let i = start; i < at; i++) {
		const c = bytes[i] ?? 0;
		if (c === 0x0a) {
			line += 1;
			column = 1;
		} else if ((c & 0xc0) !== 0x80) column += 1;
	}
	return { line, column };
}
