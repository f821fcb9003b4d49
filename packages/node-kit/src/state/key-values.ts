import { WeirError } from "@weir/errors";
import { type ByteReader, type ByteWriter, type Column, isNullAt, type RecordSchema } from "@weir/records";

/** The value of one key field, or the values of several as one text. Equal exactly when the values are. */
export type KeyValue = string | number | boolean | null;

const decoder = new TextDecoder();

/** Reads the key of a row from the columns of some fields. */
export class KeyValues {
	readonly #indexes: readonly number[];
	#columns: readonly Column[] = [];

	/** `names` are fields of the schema. */
	constructor(schema: RecordSchema, names: readonly string[]) {
		this.#indexes = names.map((name) => schema.fields.findIndex((field) => field.name === name));
	}

	follow(columns: readonly Column[]): void {
		this.#columns = this.#indexes.flatMap((index) => columns[index] ?? []);
	}

	/** The key of a row of the columns that are followed; without key fields all rows have the same. */
	at(row: number): KeyValue {
		const [only] = this.#columns;
		if (this.#columns.length === 1 && only !== undefined) return keyValueOf(only, row);
		let text = "";
		for (const column of this.#columns) {
			const value = keyValueOf(column, row);
			// With their lengths no two different keys give the same text.
			text += value === null ? "-" : `${String(value).length}:${value}`;
		}
		return text;
	}

	/** Is any field of the key null? */
	hasNull(row: number): boolean {
		return this.#columns.some((column) => isNullAt(column, row));
	}
}

function keyValueOf(column: Column, row: number): KeyValue {
	if (isNullAt(column, row)) return null;
	switch (column.type) {
		case "text":
			return column.dictionary.valueAt(column.codes[row] ?? 0);
		case "json":
			return decoder.decode(column.slab.subarray(column.starts[row], column.ends[row]));
		case "boolean":
			return column.values[row] === 1;
		default:
			return (column.values[row] ?? 0) + 0;
	}
}

/** The values of the fields of a key, of several as texts. */
export function partsOf(key: KeyValue, fields: number): readonly KeyValue[] {
	if (fields === 1) return [key];
	const text = String(key);
	const parts: KeyValue[] = [];
	for (let at = 0; at < text.length; ) {
		if (text[at] === "-") {
			parts.push(null);
			at += 1;
			continue;
		}
		const colon = text.indexOf(":", at);
		const end = colon + 1 + Number(text.slice(at, colon));
		parts.push(text.slice(colon + 1, end));
		at = end;
	}
	return parts;
}

const TAG = { null: 0, text: 1, number: 2, false: 3, true: 4 } as const;

export function writeKey(writer: ByteWriter, key: KeyValue): void {
	if (key === null) writer.u8(TAG.null);
	else if (typeof key === "string") writer.u8(TAG.text).text(key);
	else if (typeof key === "number") writer.u8(TAG.number).f64(key);
	else writer.u8(key ? TAG.true : TAG.false);
}

export function readKey(reader: ByteReader): KeyValue {
	const tag = reader.u8();
	switch (tag) {
		case TAG.null:
			return null;
		case TAG.text:
			return reader.text();
		case TAG.number:
			return reader.f64();
		case TAG.false:
		case TAG.true:
			return tag === TAG.true;
		default:
			throw new WeirError("STATE_CORRUPT", "A stored key has an unknown form.");
	}
}
