import { type Column, isNullAt, isoOf, keyTextAt, type RecordBatch, type RecordSchema, selectionOf } from "@weir/records";
import { compressedFile } from "../compression.ts";
import { TextFile } from "../text-file.ts";
import type { FileCompression, FileWriter, WrittenFile } from "../written-file.ts";

const NEEDS_QUOTES = /[",\r\n]/;

/** RFC 4180 with a header line. Null is nothing at all, an empty text is `""`. */
export class CsvWriter implements FileWriter {
	readonly #compression: FileCompression;
	readonly #text = new TextFile();
	#rows = 0;

	constructor(schema: RecordSchema, compression: FileCompression) {
		this.#compression = compression;
		this.#text.write(`${schema.fields.map(({ name }) => quoted(name)).join(",")}\r\n`);
	}

	get rows(): number {
		return this.#rows;
	}

	get bytes(): number {
		return this.#text.bytes;
	}

	add(batch: RecordBatch): void {
		const selection = selectionOf(batch);
		let lines = "";
		for (let i = 0; i < batch.selected; i++) {
			const row = selection[i] ?? 0;
			for (const [place, column] of batch.columns.entries()) lines += `${place === 0 ? "" : ","}${cell(column, row)}`;
			lines += "\r\n";
		}
		this.#text.write(lines);
		this.#rows += batch.selected;
	}

	finish(): Promise<WrittenFile> {
		return compressedFile(this.#text.finish(), "csv", "text/csv", this.#compression);
	}
}

function cell(column: Column, row: number): string {
	if (isNullAt(column, row)) return "";
	if (column.type === "timestamp") return isoOf(column.values[row] ?? 0);
	const text = keyTextAt([column], row);
	return column.type === "text" || column.type === "json" ? quoted(text) : text;
}

function quoted(text: string): string {
	return text === "" || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
