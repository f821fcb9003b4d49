import { setImmediate as breathe } from "node:timers/promises";
import type { RecordBatch, RecordSchema } from "@weir/records";
import { ByteWriter, ParquetWriter as Encoder } from "hyparquet-writer";
import { blockCompressors } from "../compression.ts";
import type { FileCompression, FileWriter, WrittenFile } from "../written-file.ts";
import { elementOf, GrowingColumn } from "./columns.ts";

/** A group is encoded in one go; meanwhile its worker does nothing else. */
const GROUP_ROWS = 50_000;

const CODECS = { none: "UNCOMPRESSED", snappy: "SNAPPY", gzip: "GZIP", zstd: "ZSTD" } as const;

/** Parquet with statistics of every column of every row group, and dictionaries where they make it smaller. */
export class ParquetWriter implements FileWriter {
	readonly #encoder: Encoder;
	readonly #out = new ByteWriter();
	readonly #columns: readonly GrowingColumn[];
	readonly #full: { readonly name: string; readonly data: unknown[] }[][] = [];
	#groupRows = 0;
	#fullBytes = 0;
	#rows = 0;

	constructor(schema: RecordSchema, compression: FileCompression) {
		this.#columns = schema.fields.map(({ name }) => new GrowingColumn(name));
		this.#encoder = new Encoder({
			writer: this.#out,
			schema: [{ name: "root", num_children: schema.fields.length }, ...schema.fields.map(elementOf)],
			codec: CODECS[compression],
			compressors: { GZIP: blockCompressors.gzip, ZSTD: blockCompressors.zstd },
			createdBy: "Weir",
		});
	}

	get rows(): number {
		return this.#rows;
	}

	get bytes(): number {
		return this.#columns.reduce((sum, column) => sum + column.bytes, this.#fullBytes);
	}

	add(batch: RecordBatch): void {
		for (const [i, column] of this.#columns.entries()) {
			const added = batch.columns[i];
			if (added !== undefined) column.add(added, batch);
		}
		this.#rows += batch.selected;
		this.#groupRows += batch.selected;
		if (this.#groupRows >= GROUP_ROWS) this.#closeGroup();
	}

	async finish(): Promise<WrittenFile> {
		if (this.#groupRows > 0) this.#closeGroup();
		for (const columnData of this.#full.splice(0)) {
			await this.#encoder.write({ columnData, rowGroupSize: columnData[0]?.data.length ?? 1 });
			await breathe();
		}
		await this.#encoder.finish();
		return { bytes: this.#out.getBytes(), extension: "parquet", contentType: "application/vnd.apache.parquet" };
	}

	#closeGroup(): void {
		this.#fullBytes = this.bytes;
		this.#full.push(this.#columns.map((column) => ({ name: column.name, data: column.take() })));
		this.#groupRows = 0;
	}
}
