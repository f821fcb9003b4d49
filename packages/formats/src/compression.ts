import { promisify } from "node:util";
import { deflateRawSync, gzip, gzipSync, zstdCompress, zstdCompressSync } from "node:zlib";
import { snappyCompress } from "hyparquet-writer/src/snappy.js";
import type { FileCompression, WrittenFile } from "./written-file.ts";

const gzipped = promisify(gzip);
const zstandard = promisify(zstdCompress);

/** A text file, compressed as a whole. */
export async function compressedFile(
	bytes: Uint8Array,
	name: string,
	contentType: string,
	compression: FileCompression,
): Promise<WrittenFile> {
	switch (compression) {
		case "gzip":
			return { bytes: await gzipped(bytes), extension: `${name}.gz`, contentType: "application/gzip" };
		case "zstd":
			return { bytes: await zstandard(bytes), extension: `${name}.zst`, contentType: "application/zstd" };
		default:
			return { bytes, extension: name, contentType };
	}
}

/** Compressors of blocks within a file. */
export const blockCompressors = {
	gzip: (input: Uint8Array): Uint8Array => gzipSync(input),
	deflate: (input: Uint8Array): Uint8Array => deflateRawSync(input),
	zstd: (input: Uint8Array): Uint8Array => zstdCompressSync(input),
	snappy: (input: Uint8Array): Uint8Array => snappyCompress(input),
} as const;
