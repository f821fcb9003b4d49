import type { RecordBatch } from "@weir/records";

/** Formats of files. */
export type FileFormat = "parquet" | "ndjson" | "csv" | "avro";
export type FileCompression = "none" | "gzip" | "zstd" | "snappy";

/** How each format can be compressed: text as a whole, the others block by block within the file. */
export const FILE_COMPRESSIONS: Readonly<Record<FileFormat, readonly FileCompression[]>> = {
	parquet: ["zstd", "snappy", "gzip", "none"],
	ndjson: ["none", "gzip", "zstd"],
	csv: ["none", "gzip", "zstd"],
	avro: ["zstd", "snappy", "gzip", "none"],
};

/** A finished file. */
export interface WrittenFile {
	readonly bytes: Uint8Array;
	/** Of its name, without the dot in front. */
	readonly extension: string;
	readonly contentType: string;
}

/** Turns batches into one file. */
export interface FileWriter {
	/** Takes the rows in play; keeps nothing of the batch. */
	add(batch: RecordBatch): void;
	readonly rows: number;
	/** About how much memory it holds, which is more than the file will have. */
	readonly bytes: number;
	/** Called once, and nothing is added afterwards. */
	finish(): Promise<WrittenFile>;
}
