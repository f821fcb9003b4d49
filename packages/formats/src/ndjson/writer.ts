import { type RecordBatch, rowAsJson, selectionOf } from "@weir/records";
import { compressedFile } from "../compression.ts";
import { TextFile } from "../text-file.ts";
import type { FileCompression, FileWriter, WrittenFile } from "../written-file.ts";

/** One JSON object a line; times as ISO text, `json` fields as they came. */
export class NdjsonWriter implements FileWriter {
	readonly #compression: FileCompression;
	readonly #text = new TextFile();
	#rows = 0;

	constructor(compression: FileCompression) {
		this.#compression = compression;
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
		for (let i = 0; i < batch.selected; i++) lines += `${rowAsJson(batch, selection[i] ?? 0)}\n`;
		this.#text.write(lines);
		this.#rows += batch.selected;
	}

	finish(): Promise<WrittenFile> {
		return compressedFile(this.#text.finish(), "ndjson", "application/x-ndjson", this.#compression);
	}
}
