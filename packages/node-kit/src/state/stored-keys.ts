import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter } from "@weir/records";
import type { KeyWords } from "./key-words.ts";
import type { TextIds } from "./text-ids.ts";

/** Keys, whole words one behind the other, each with the event time it was passed on at. */
export interface PackedKeys {
	readonly count: number;
	readonly times: Float64Array;
	readonly words: Int32Array;
}

/** Writes keys with the texts that they name and no others, so that they can be read without what was stored before. Changes the words in place. */
export function writeKeys(writer: ByteWriter, keys: KeyWords, { count, times, words }: PackedKeys): void {
	writer.u32(keys.types.length);
	keys.types.forEach((type, i) => {
		writer.text(type);
		const texts = keys.textsOf(i);
		if (texts === undefined) return;
		const named = nameTexts(texts, words, count, keys.width, keys.offsets[i] ?? 0);
		writer.u32(named.length);
		for (const text of named) writer.text(text);
	});
	writer.array(times.subarray(0, count)).array(words.subarray(0, count * keys.width));
}

/** Reads what `writeKeys` wrote; the texts join those of `keys`. Throws STATE_CORRUPT when the key's types have changed. */
export function readKeys(reader: ByteReader, keys: KeyWords): PackedKeys {
	const changed = () =>
		new WeirError("STATE_CORRUPT", "The stored state was made with other key fields; deploy the flow with this node's state reset.");
	if (reader.u32() !== keys.types.length) throw changed();
	const ids = keys.types.map((type, i) => {
		if (reader.text() !== type) throw changed();
		const texts = keys.textsOf(i);
		if (texts === undefined) return undefined;
		const read = new Int32Array(reader.u32());
		for (let k = 0; k < read.length; k++) read[k] = texts.codeOf(reader.text());
		return read;
	});
	const times = reader.float64Array();
	const words = reader.int32Array();
	if (words.length !== times.length * keys.width) {
		throw new WeirError("STATE_CORRUPT", "The stored keys of a node cannot be read: their arrays do not fit each other.");
	}
	ids.forEach((read, i) => {
		if (read === undefined) return;
		for (let at = keys.offsets[i] ?? 0; at < words.length; at += keys.width) {
			const word = words[at] ?? -1;
			if (word >= 0) words[at] = read[word] ?? -1;
		}
	});
	return { count: times.length, times, words };
}

/** The texts that the words name, in order; the words then hold places in there. */
function nameTexts(texts: TextIds, words: Int32Array, count: number, width: number, offset: number): readonly string[] {
	const named: string[] = [];
	// Place + 1 by id, 0 = none yet: a look-up per word, unless the table would be much larger than what is looked up.
	const table = count * 8 >= texts.size ? new Int32Array(texts.size) : undefined;
	const map = new Map<number, number>();
	for (let i = 0; i < count; i++) {
		const at = i * width + offset;
		const id = words[at] ?? -1;
		if (id < 0) continue;
		let place = (table === undefined ? map.get(id) : table[id]) ?? 0;
		if (place === 0) {
			place = named.push(texts.valueAt(id));
			if (table === undefined) map.set(id, place);
			else table[id] = place;
		}
		words[at] = place - 1;
	}
	return named;
}

/** Their latest event time; −Infinity where there are none. */
export function latestOf({ count, times }: PackedKeys): number {
	let latest = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < count; i++) latest = Math.max(latest, times[i] as number);
	return latest;
}
