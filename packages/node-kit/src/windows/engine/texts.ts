import type { ByteReader, ByteWriter } from "@weir/records";
import type { TextIds } from "../../state/index.ts";

/** Writes the texts of a table from number `from` on. */
export function writeTexts(writer: ByteWriter, texts: TextIds, from: number): void {
	writer.u32(texts.size - from);
	for (let id = from; id < texts.size; id++) writer.text(texts.valueAt(id));
}

/** Adds the texts that `writeTexts` wrote from number 0 on to those that are there; answers the number that each has here. */
export function readMoreTexts(reader: ByteReader, texts: TextIds): Int32Array {
	const numbers: number[] = [];
	for (let left = reader.u32(); left > 0; left--) numbers.push(texts.codeOf(reader.text()));
	return Int32Array.from(numbers);
}

/** Adds the texts that `writeTexts` wrote: they get the numbers that they had. */
export function readTexts(reader: ByteReader, texts: TextIds): void {
	for (let left = reader.u32(); left > 0; left--) texts.codeOf(reader.text());
}
