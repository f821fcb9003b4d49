import type { Dictionary } from "./column.ts";

/** A growing table of distinct strings. It only grows: whoever owns it replaces it when it has become too large. */
export function createDictionary(): Dictionary {
	const values: string[] = [];
	const codes = new Map<string, number>();
	return {
		get size() {
			return values.length;
		},
		valueAt(code) {
			const value = values[code];
			if (value === undefined) throw new RangeError(`The dictionary has no text with code ${code}.`);
			return value;
		},
		codeOf(value) {
			const known = codes.get(value);
			if (known !== undefined) return known;
			const code = values.length;
			values.push(value);
			codes.set(value, code);
			return code;
		},
	};
}
