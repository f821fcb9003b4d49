import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter, Column, FieldType } from "@weir/records";
import type { KeyValue } from "./key-values.ts";
import { TextIds } from "./text-ids.ts";

const decoder = new TextDecoder();

/** Text and JSON are ids in one word, −1 for null; booleans 0 or 1, −1 for null; numbers the two words of the double, this one for null. */
const NULL_NUMBER = Number.NaN;

function wordsOf(type: FieldType): 1 | 2 {
	return type === "text" || type === "json" || type === "boolean" ? 1 : 2;
}

/**
 * Key fields of rows as 32-bit words, so that tables compare and hash numbers only. Equal words ⇔ equal values (−0 equals 0, null equals null).
 * Row i of the last `load` has its words at `words[i * width …]`.
 *
 * Devices count upwards. With `laneBits` the last whole number of the key is cut in two: the words hold it with that many lowest bits cleared,
 * `lanes[i]` has those bits. So a table can keep neighbours in one place.
 */
export class KeyWords {
	readonly types: readonly FieldType[];
	readonly width: number;
	/** First word of each field. */
	readonly offsets: readonly number[];
	words = new Int32Array(0);
	/** Not 0 where a row is not to be looked for: 1 where a field of it is null, 2 where somebody said so. */
	nulls = new Uint8Array(0);
	/** First word of the last whole number of the key, −1 without one. */
	readonly counter: number;
	laneBits = 0;
	lanes = new Uint8Array(0);
	#texts: (TextIds | undefined)[];
	readonly #double = new Float64Array(1);
	readonly #doubleWords = new Int32Array(this.#double.buffer);

	constructor(types: readonly FieldType[]) {
		this.types = types;
		const offsets: number[] = [];
		let width = 0;
		for (const type of types) {
			offsets.push(width);
			width += wordsOf(type);
		}
		this.offsets = offsets;
		this.width = width;
		this.counter = types.includes("integer") ? (offsets[types.lastIndexOf("integer")] ?? -1) : -1;
		this.#texts = types.map((type) => (type === "text" || type === "json" ? new TextIds() : undefined));
	}

	/** Texts of field `index`; undefined for fields that are no texts. */
	textsOf(index: number): TextIds | undefined {
		return this.#texts[index];
	}

	get textCount(): number {
		return this.#texts.reduce((sum, texts) => sum + (texts?.size ?? 0), 0);
	}

	load(columns: readonly Column[], selection: Int32Array, n: number): void {
		if (this.words.length < n * this.width) this.words = new Int32Array(Math.max(n, 256) * this.width * 2);
		if (this.lanes.length < n) this.lanes = new Uint8Array(Math.max(n, 256) * 2);
		else if (this.laneBits === 0) this.lanes.fill(0, 0, n);
		if (this.nulls.length < n) this.nulls = new Uint8Array(Math.max(n, 256) * 2);
		else this.nulls.fill(0, 0, n);
		columns.forEach((column, i) => {
			const offset = this.offsets[i] ?? 0;
			if (column.type === "text") this.#loadText(column, this.#texts[i], offset, selection, n);
			else if (column.type === "json") this.#loadJson(column, this.#texts[i], offset, selection, n);
			else if (column.type === "boolean") this.#loadBoolean(column, offset, selection, n);
			else if (this.laneBits > 0 && offset === this.counter) this.#loadCounter(column, offset, selection, n);
			else this.#loadNumber(column, offset, selection, n);
		});
	}

	#loadText(column: Extract<Column, { type: "text" }>, ids: TextIds | undefined, offset: number, selection: Int32Array, n: number): void {
		if (ids === undefined) return;
		const { codes, dictionary, valid } = column;
		const { words, nulls, width } = this;
		const translated = ids.follow(column);
		for (let i = 0; i < n; i++) {
			const row = selection[i] ?? 0;
			if (valid !== undefined && valid[row] === 0) {
				words[i * width + offset] = -1;
				nulls[i] = 1;
				continue;
			}
			const code = codes[row] ?? 0;
			const known = translated[code] ?? 0;
			words[i * width + offset] = known === 0 ? ids.translate(dictionary, code) : known - 1;
		}
	}

	#loadNumber(column: { values: Float64Array; valid?: Uint8Array }, offset: number, selection: Int32Array, n: number): void {
		const { values, valid } = column;
		const { words, nulls, width } = this;
		const double = this.#double;
		const parts = this.#doubleWords;
		for (let i = 0; i < n; i++) {
			const row = selection[i] ?? 0;
			const isNull = valid !== undefined && valid[row] === 0;
			if (isNull) nulls[i] = 1;
			// Adding 0 turns −0 into 0.
			double[0] = isNull ? NULL_NUMBER : (values[row] ?? 0) + 0;
			const at = i * width + offset;
			words[at] = parts[0] ?? 0;
			words[at + 1] = parts[1] ?? 0;
		}
	}

	/** As above; fills `lanes` too. */
	#loadCounter(column: { values: Float64Array; valid?: Uint8Array }, offset: number, selection: Int32Array, n: number): void {
		const { values, valid } = column;
		const { words, nulls, width, lanes } = this;
		const double = this.#double;
		const parts = this.#doubleWords;
		const size = 1 << this.laneBits;
		for (let i = 0; i < n; i++) {
			const row = selection[i] as number;
			const isNull = valid !== undefined && valid[row] === 0;
			if (isNull) nulls[i] = 1;
			const value = values[row] as number;
			const first = Math.floor(value / size) * size;
			double[0] = isNull ? NULL_NUMBER : first + 0;
			lanes[i] = value - first;
			const at = i * width + offset;
			words[at] = parts[0] as number;
			words[at + 1] = parts[1] as number;
		}
	}

	/** Cuts whole words in two, in place; answers the lane. */
	cut(words: Int32Array, at: number, laneBits = this.laneBits): number {
		if (laneBits === 0) return 0;
		const value = this.numberAt(words, at + this.counter);
		const size = 1 << laneBits;
		const first = Math.floor(value / size) * size;
		this.writeNumber(words, at + this.counter, first);
		return value - first;
	}

	/** Makes words that were cut whole, in place. */
	join(words: Int32Array, at: number, lane: number): void {
		if (lane > 0) this.writeNumber(words, at + this.counter, this.numberAt(words, at + this.counter) + lane);
	}

	#loadBoolean(column: { values: Uint8Array; valid?: Uint8Array }, offset: number, selection: Int32Array, n: number): void {
		for (let i = 0; i < n; i++) {
			const row = selection[i] ?? 0;
			const isNull = column.valid !== undefined && column.valid[row] === 0;
			if (isNull) this.nulls[i] = 1;
			this.words[i * this.width + offset] = isNull ? -1 : (column.values[row] ?? 0);
		}
	}

	#loadJson(column: Extract<Column, { type: "json" }>, ids: TextIds | undefined, offset: number, selection: Int32Array, n: number): void {
		for (let i = 0; i < n; i++) {
			const row = selection[i] ?? 0;
			const isNull = column.valid !== undefined && column.valid[row] === 0;
			if (isNull) this.nulls[i] = 1;
			const text = isNull ? "" : decoder.decode(column.slab.subarray(column.starts[row], column.ends[row]));
			this.words[i * this.width + offset] = isNull ? -1 : (ids?.codeOf(text) ?? -1);
		}
	}

	/** The double whose words stand at `at`. */
	numberAt(words: Int32Array, at: number): number {
		this.#doubleWords[0] = words[at] ?? 0;
		this.#doubleWords[1] = words[at + 1] ?? 0;
		return this.#double[0] ?? 0;
	}

	/** The value of one field of the tuple whose words begin at `at`. */
	valueAt(words: Int32Array, at: number, field: number): KeyValue {
		const word = at + (this.offsets[field] ?? 0);
		const texts = this.#texts[field];
		if (texts !== undefined) return (words[word] ?? -1) < 0 ? null : texts.valueAt(words[word] ?? 0);
		if (this.types[field] === "boolean") return (words[word] ?? -1) < 0 ? null : words[word] === 1;
		const value = this.numberAt(words, word);
		return Number.isNaN(value) ? null : value;
	}

	/** Writes the words of a double. */
	writeNumber(words: Int32Array, at: number, value: number): void {
		this.#double[0] = value + 0;
		words[at] = this.#doubleWords[0] ?? 0;
		words[at + 1] = this.#doubleWords[1] ?? 0;
	}

	/** Forgets texts that none of the tuples of `words` (`count` of them, `stride` words apart, first tuple at `first`) names, and rewrites their ids there. */
	forgetTexts(words: Int32Array, count: number, stride: number, first: number): void {
		this.forgetTextsBut([{ words, count, stride, first }]);
	}

	/** As `forgetTexts`, with tuples that stand in several places. */
	forgetTextsBut(
		places: readonly { readonly words: Int32Array; readonly count: number; readonly stride: number; readonly first: number }[],
	): void {
		this.#texts = this.#texts.map((texts, i) => {
			if (texts === undefined) return undefined;
			const field = this.offsets[i] ?? 0;
			const used = new Uint8Array(texts.size);
			for (const { words, count, stride, first } of places) {
				for (let k = 0; k < count; k++) {
					const id = words[k * stride + first + field] as number;
					if (id >= 0) used[id] = 1;
				}
			}
			const { ids, moved } = texts.compacted(used);
			for (const { words, count, stride, first } of places) {
				for (let k = 0; k < count; k++) {
					const at = k * stride + first + field;
					const id = words[at] as number;
					if (id >= 0) words[at] = moved[id] as number;
				}
			}
			return ids;
		});
	}

	write(writer: ByteWriter): void {
		writer.u32(this.types.length);
		this.types.forEach((type, i) => {
			writer.text(type);
			this.#texts[i]?.write(writer);
		});
	}

	/** Reads the texts that `write` wrote. Throws STATE_CORRUPT when the key's types have changed. */
	read(reader: ByteReader): void {
		if (reader.u32() !== this.types.length) throw changedKey();
		this.#texts = this.types.map((type, i) => {
			if (reader.text() !== type) throw changedKey();
			return this.#texts[i] === undefined ? undefined : TextIds.read(reader);
		});
	}
}

function changedKey(): WeirError {
	return new WeirError("STATE_CORRUPT", "The stored state was made with other key fields; deploy the flow with this node's state reset.");
}

/** A hash of `width` words, spread over all bits. */
export function hashWords(words: Int32Array, at: number, width: number): number {
	let hash = 0;
	for (let k = 0; k < width; k++) {
		hash = Math.imul(hash ^ (words[at + k] ?? 0), 0x9e3779b1);
		hash ^= hash >>> 15;
	}
	return hash;
}
