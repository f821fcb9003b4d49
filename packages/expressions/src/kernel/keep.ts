import type { Column, FieldType } from "@weir/records";
import { booleansOf, isNumberType, jsonOf, numberColumn, numbersOf, textColumn, textsOf } from "./columns.ts";
import { roomFor } from "./run.ts";

/** Copies the given rows of a result to columns of this kernel's own; `length` is the batch's. */
type Keep = (column: Column, rows: Int32Array, count: number, length: number) => Column;

/** Takes a result out of the scratch columns, which the next evaluation of any kernel overwrites. Loops, because `TypedArray.set` was measured seven times slower. */
export function keep(type: FieldType): Keep {
	let validity = new Uint8Array(0);
	const keepValues = keeperOf(type);
	return (column, rows, count, length) => {
		const kept = keepValues(column, rows, count, length);
		const { valid } = column;
		if (valid === undefined) return kept;
		if (validity.length < length) validity = new Uint8Array(roomFor(length));
		copyBytes(valid, validity, rows, count);
		return { ...kept, valid: validity };
	};
}

function keeperOf(type: FieldType): Keep {
	if (isNumberType(type)) {
		let values = new Float64Array(0);
		return (column, rows, count, length) => {
			if (values.length < length) values = new Float64Array(roomFor(length));
			copyNumbers(numbersOf(column).values, values, rows, count);
			return numberColumn(type, values, undefined);
		};
	}
	if (type === "boolean") {
		let values = new Uint8Array(0);
		return (column, rows, count, length) => {
			if (values.length < length) values = new Uint8Array(roomFor(length));
			copyBytes(booleansOf(column).values, values, rows, count);
			return { type, values };
		};
	}
	let first = new Int32Array(0);
	if (type === "text") {
		return (column, rows, count, length) => {
			const { codes, dictionary } = textsOf(column);
			if (first.length < length) first = new Int32Array(roomFor(length));
			copyIntegers(codes, first, rows, count);
			return textColumn(first, dictionary, undefined);
		};
	}
	let second = new Int32Array(0);
	return (column, rows, count, length) => {
		const { slab, starts, ends } = jsonOf(column);
		if (first.length < length) {
			first = new Int32Array(roomFor(length));
			second = new Int32Array(roomFor(length));
		}
		copyIntegers(starts, first, rows, count);
		copyIntegers(ends, second, rows, count);
		return { type: "json", slab, starts: first, ends: second };
	};
}

function copyNumbers(from: Float64Array, to: Float64Array, rows: Int32Array, count: number): void {
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		to[row] = from[row] as number;
	}
}

function copyIntegers(from: Int32Array, to: Int32Array, rows: Int32Array, count: number): void {
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		to[row] = from[row] as number;
	}
}

function copyBytes(from: Uint8Array, to: Uint8Array, rows: Int32Array, count: number): void {
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		to[row] = from[row] as number;
	}
}
