import type { Column, FieldType, Validity } from "@weir/records";
import { booleansOf, isNumberType, jsonOf, numberColumn, numbersOf, textsOf } from "./columns.ts";
import { roomFor } from "./run.ts";

/** Copies a result out of the scratch columns, which the next evaluation of any kernel overwrites. */
export function keep(type: FieldType): (column: Column, length: number) => Column {
	let numbers = new Float64Array(0);
	let bytes = new Uint8Array(0);
	let codes = new Int32Array(0);
	let ends = new Int32Array(0);
	let validity = new Uint8Array(0);

	function keptValid(valid: Validity | undefined, length: number): { readonly valid?: Validity } {
		if (valid === undefined) return {};
		if (validity.length < length) validity = new Uint8Array(roomFor(length));
		validity.set(valid.subarray(0, length));
		return { valid: validity };
	}

	return (column, length) => {
		if (isNumberType(type)) {
			if (numbers.length < length) numbers = new Float64Array(roomFor(length));
			numbers.set(numbersOf(column).values.subarray(0, length));
			return { ...numberColumn(type, numbers, undefined), ...keptValid(column.valid, length) };
		}
		switch (type) {
			case "boolean":
				if (bytes.length < length) bytes = new Uint8Array(roomFor(length));
				bytes.set(booleansOf(column).values.subarray(0, length));
				return { type, values: bytes, ...keptValid(column.valid, length) };
			case "text": {
				const texts = textsOf(column);
				if (codes.length < length) codes = new Int32Array(roomFor(length));
				codes.set(texts.codes.subarray(0, length));
				return { type, codes, dictionary: texts.dictionary, ...keptValid(column.valid, length) };
			}
			case "json": {
				const json = jsonOf(column);
				if (codes.length < length) codes = new Int32Array(roomFor(length));
				if (ends.length < length) ends = new Int32Array(roomFor(length));
				codes.set(json.starts.subarray(0, length));
				ends.set(json.ends.subarray(0, length));
				return { type, slab: json.slab, starts: codes, ends, ...keptValid(column.valid, length) };
			}
			default:
				return column;
		}
	};
}
