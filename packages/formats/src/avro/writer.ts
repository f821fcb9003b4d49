import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { type Column, isNullAt, keyTextAt, type RecordBatch, type RecordSchema, selectionOf } from "@weir/records";
import { blockCompressors } from "../compression.ts";
import type { FileCompression, FileWriter, WrittenFile } from "../written-file.ts";
import { AvroBytes } from "./bytes.ts";
import { avroSchema } from "./schema.ts";

/** Blocks are compressed one by one, and a reader may begin at any of them. */
const BLOCK_BYTES = 64 * 1024;

const CODECS = { none: "null", snappy: "snappy", gzip: "deflate", zstd: "zstandard" } as const;

/** An Avro object container file. */
export class AvroWriter implements FileWriter {
	readonly #compression: FileCompression;
	readonly #out = new AvroBytes();
	readonly #block = new AvroBytes();
	readonly #marker: Uint8Array;
	#blockRows = 0;
	#rows = 0;

	constructor(schema: RecordSchema, compression: FileCompression) {
		this.#compression = compression;
		const text = JSON.stringify(avroSchema(schema));
		this.#marker = createHash("sha256").update(text).digest().subarray(0, 16);
		this.#out.raw(new TextEncoder().encode("Obj\u0001"));
		this.#out.long(2);
		this.#out.text("avro.schema");
		this.#out.text(text);
		this.#out.text("avro.codec");
		this.#out.text(CODECS[compression]);
		this.#out.long(0);
		this.#out.raw(this.#marker);
	}

	get rows(): number {
		return this.#rows;
	}

	get bytes(): number {
		return this.#out.length + this.#block.length;
	}

	add(batch: RecordBatch): void {
		const selection = selectionOf(batch);
		for (let i = 0; i < batch.selected; i++) {
			for (const column of batch.columns) writeCell(this.#block, column, selection[i] ?? 0);
			this.#blockRows += 1;
			if (this.#block.length >= BLOCK_BYTES) this.#closeBlock();
		}
		this.#rows += batch.selected;
	}

	async finish(): Promise<WrittenFile> {
		if (this.#blockRows > 0) this.#closeBlock();
		return { bytes: this.#out.take(), extension: "avro", contentType: "application/avro" };
	}

	#closeBlock(): void {
		this.#out.long(this.#blockRows);
		this.#out.bytes(compressed(this.#block.take(), this.#compression));
		this.#out.raw(this.#marker);
		this.#blockRows = 0;
	}
}

function writeCell(to: AvroBytes, column: Column, row: number): void {
	if (isNullAt(column, row)) {
		to.long(0);
		return;
	}
	to.long(1);
	switch (column.type) {
		case "boolean":
			to.byte(column.values[row] ?? 0);
			return;
		case "number":
			to.double(column.values[row] ?? 0);
			return;
		case "integer":
			to.long(column.values[row] ?? 0);
			return;
		case "timestamp":
			to.long(Math.round(column.values[row] ?? 0));
			return;
		default:
			to.text(keyTextAt([column], row));
	}
}

function compressed(block: Uint8Array, compression: FileCompression): Uint8Array {
	switch (compression) {
		case "gzip":
			return blockCompressors.deflate(block);
		case "zstd":
			return blockCompressors.zstd(block);
		case "snappy": {
			// The checksum of what was compressed stands behind it, big endian.
			const sum = Buffer.alloc(4);
			sum.writeUInt32BE(crc32(block));
			return Buffer.concat([blockCompressors.snappy(block), sum]);
		}
		default:
			return block;
	}
}
