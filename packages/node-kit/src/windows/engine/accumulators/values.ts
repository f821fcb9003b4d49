import { type ByteReader, type ByteWriter, type Column, type FieldType, isoOf, type TextColumn } from "@weir/records";
import { TextIds } from "../../../state/index.ts";
import { readMoreTexts, readTexts, writeTexts } from "../texts.ts";

/** Values of one field as single numbers: texts by their ids, booleans as 1 and 0. */
export class Values {
	readonly type: FieldType;
	#texts = new TextIds();

	constructor(type: FieldType) {
		this.type = type;
	}

	/** The number of a row that is not null. */
	numberAt(column: Exclude<Column, { type: "json" }>, row: number): number {
		return column.type === "text" ? this.#idOf(column, row) : (column.values[row] as number);
	}

	#idOf(column: TextColumn, row: number): number {
		const code = column.codes[row] as number;
		const known = this.#texts.follow(column)[code] ?? 0;
		return known === 0 ? this.#texts.translate(column.dictionary, code) : known - 1;
	}

	/** The numbers as a column of the field's type. */
	columnOf(values: Float64Array, valid: Uint8Array | undefined): Column {
		const nulls = valid === undefined ? {} : { valid };
		if (this.type === "text") return { type: "text", codes: Int32Array.from(values), dictionary: this.#texts, ...nulls };
		if (this.type === "boolean") return { type: "boolean", values: Uint8Array.from(values), ...nulls };
		return { type: this.type === "integer" || this.type === "timestamp" ? this.type : "number", values, ...nulls };
	}

	/** One number as JSON text. */
	jsonOf(value: number): string {
		if (this.type === "text") return JSON.stringify(this.#texts.valueAt(value));
		if (this.type === "boolean") return value === 1 ? "true" : "false";
		return this.type === "timestamp" ? JSON.stringify(isoOf(value)) : String(value + 0);
	}

	get textCount(): number {
		return this.#texts.size;
	}

	/** Forgets texts that are not marked in `used`; answers the new number of each. */
	forget(used: Uint8Array): Int32Array {
		const { ids, moved } = this.#texts.compacted(used);
		this.#texts = ids;
		return moved;
	}

	/** Writes the texts from number `from` on. */
	write(writer: ByteWriter, from: number): void {
		writeTexts(writer, this.#texts, from);
	}

	/** Adds the texts that `write` wrote. */
	read(reader: ByteReader): void {
		readTexts(reader, this.#texts);
	}

	/** Adds the texts of another table; answers the number that each has here. */
	readMore(reader: ByteReader): Int32Array {
		return readMoreTexts(reader, this.#texts);
	}
}
