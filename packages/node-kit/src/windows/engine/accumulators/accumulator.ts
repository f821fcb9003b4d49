import type { ByteReader, ByteWriter, Column, NumberColumn } from "@weir/records";

/** One aggregate: what it does with its numbers in the slot memory, which begin at its offset in every slot. */
export interface Accumulator {
	/** Makes a slot ready for a new group. */
	clear(slot: number): void;
	/** Row `rows[i]` of the column goes into `slots[i]`. */
	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number, eventTimes: Float64Array): void;
	/** All that `from[i]` gathered joins `into[i]`; the same slot may stand in `into` more than once. Calls come in the order of time. */
	merge(from: Int32Array, into: Int32Array, n: number): void;
	result(slots: Int32Array): Column;
	/** Gives back what a slot holds outside the slot memory. */
	release?(slot: number): void;
	/** What some slots hold outside the slot memory, whose numbers are written and read before. */
	write?(writer: ByteWriter, slots: Int32Array): void;
	read?(reader: ByteReader, slots: Int32Array): void;
	/** Memory outside the slot memory. */
	readonly bytes?: number;
	/** Texts that are kept for all slots together. */
	readonly textCount?: number;
	/** Writes the texts from number `from` on; `readTexts` adds them. */
	writeTexts?(writer: ByteWriter, from: number): void;
	readTexts?(reader: ByteReader): void;
	/** As `readTexts`, of another table, beside what is there; answers the number that each has here. */
	readMoreTexts?(reader: ByteReader): Int32Array;
	/** What some slots hold names texts by other numbers now. */
	renumber?(slots: Int32Array, moved: Int32Array): void;
	/** Forgets texts that no slot holds any more. */
	tidy?(slots: Int32Array): void;
}

/** A number column where some rows are null. */
export function numbersWhere(type: NumberColumn["type"], values: Float64Array, isNull: (row: number) => boolean): NumberColumn {
	let valid: Uint8Array | undefined;
	for (let row = 0; row < values.length; row++) {
		if (!isNull(row)) continue;
		valid ??= new Uint8Array(values.length).fill(1);
		valid[row] = 0;
		values[row] = 0;
	}
	return valid === undefined ? { type, values } : { type, values, valid };
}
