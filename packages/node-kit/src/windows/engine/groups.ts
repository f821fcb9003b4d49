import type { ByteReader, ByteWriter, Column, FieldType } from "@weir/records";
import { type KeyShare, KeyWords, TupleIds } from "../../state/index.ts";
import { readTexts, writeTexts } from "./texts.ts";

/** Distinct values of the group fields by small numbers. One field of one word (a text, a flag) is its own number. */
export class Groups {
	readonly #keys: KeyWords;
	readonly #isDirect: boolean;
	#tuples: TupleIds;
	#ids = new Int32Array(0);
	/** Of what was stored last: texts by field, and tuples. */
	#storedTexts: readonly number[] = [];
	#storedTuples = 0;

	constructor(types: readonly FieldType[]) {
		this.#keys = new KeyWords(types);
		this.#isDirect = this.#keys.width === 1;
		this.#tuples = new TupleIds(this.#keys.width);
	}

	get size(): number {
		return this.#isDirect ? this.#keys.textCount : this.#tuples.size;
	}

	/** The group of each row in play; good until the next call. */
	idsOf(columns: readonly Column[], selection: Int32Array, n: number): Int32Array {
		const { width } = this.#keys;
		if (this.#ids.length < n) this.#ids = new Int32Array(n * 2);
		const ids = this.#ids;
		if (width === 0) return ids.fill(0, 0, n);
		this.#keys.load(columns, selection, n);
		const { words } = this.#keys;
		if (this.#isDirect) for (let i = 0; i < n; i++) ids[i] = (words[i] as number) + 1;
		else for (let i = 0; i < n; i++) ids[i] = this.#tuples.idOf(words, i * width);
		return ids;
	}

	#wordAt(group: number, offset: number): number {
		return this.#isDirect ? group - 1 : (this.#tuples.words[group * this.#keys.width + offset] ?? 0);
	}

	/** The group fields of the given groups, in order. */
	columnsOf(groups: Int32Array): Column[] {
		return this.#keys.types.map((type, field) => this.#columnOf(type, field, groups));
	}

	#columnOf(type: FieldType, field: number, groups: Int32Array): Column {
		const offset = this.#keys.offsets[field] ?? 0;
		const valid = new Uint8Array(groups.length).fill(1);
		const texts = this.#keys.textsOf(field);
		if (texts !== undefined || type === "boolean") {
			const words = new Int32Array(groups.length);
			for (let row = 0; row < groups.length; row++) {
				const word = this.#wordAt(groups[row] as number, offset);
				if (word < 0) valid[row] = 0;
				else words[row] = word;
			}
			if (texts !== undefined) return withValid({ type: "text" as const, codes: words, dictionary: texts }, valid);
			return withValid({ type: "boolean" as const, values: Uint8Array.from(words) }, valid);
		}
		const { width } = this.#keys;
		const values = new Float64Array(groups.length);
		for (let row = 0; row < groups.length; row++) {
			const value = this.#keys.numberAt(this.#tuples.words, (groups[row] as number) * width + offset);
			if (Number.isNaN(value)) valid[row] = 0;
			else values[row] = value;
		}
		return withValid({ type: type === "integer" || type === "timestamp" ? type : ("number" as const), values }, valid);
	}

	/** Forgets groups that none of the slots is of, and gives those that stay new numbers. */
	forget(groupOf: Int32Array, slots: Int32Array): void {
		if (this.#isDirect) {
			const words = Int32Array.from(slots, (slot) => (groupOf[slot] ?? 0) - 1);
			this.#keys.forgetTexts(words, words.length, 1, 0);
			slots.forEach((slot, i) => {
				groupOf[slot] = (words[i] ?? 0) + 1;
			});
			return;
		}
		const used = new Uint8Array(this.#tuples.size);
		for (const slot of slots) used[groupOf[slot] ?? 0] = 1;
		const { tuples, moved } = this.#tuples.compacted(used, this.#keys);
		this.#tuples = tuples;
		for (const slot of slots) groupOf[slot] = moved[groupOf[slot] ?? 0] ?? 0;
	}

	/** What is known now has been stored. */
	noteStored(): void {
		this.#storedTexts = this.#keys.types.map((_type, field) => this.#keys.textsOf(field)?.size ?? 0);
		this.#storedTuples = this.#tuples.size;
	}

	/** Writes the groups that came since. */
	writeNew(writer: ByteWriter): void {
		this.#keys.types.forEach((_type, field) => {
			const texts = this.#keys.textsOf(field);
			if (texts !== undefined) writeTexts(writer, texts, this.#storedTexts[field] ?? 0);
		});
		const { width } = this.#keys;
		writer.array(this.#tuples.words.subarray(this.#storedTuples * width, this.#tuples.size * width));
	}

	/** Adds what `writeNew` wrote: groups get the numbers that they had. */
	readNew(reader: ByteReader): void {
		this.#keys.types.forEach((_type, field) => {
			const texts = this.#keys.textsOf(field);
			if (texts !== undefined) readTexts(reader, texts);
		});
		const { width } = this.#keys;
		const words = reader.int32Array();
		if (width > 1) for (let at = 0; at < words.length; at += width) this.#tuples.idOf(words, at);
	}

	write(writer: ByteWriter): void {
		this.#keys.write(writer);
		writer.array(this.#tuples.words.subarray(0, this.#tuples.size * this.#keys.width));
	}

	/** Reads what `write` wrote into an empty table: groups get the numbers that they had. */
	read(reader: ByteReader): (groups: Int32Array) => Int32Array {
		this.#keys.read(reader);
		const words = reader.int32Array();
		if (this.#keys.width > 1) this.#tuples = TupleIds.from(this.#keys.width, words);
		return (groups) => groups;
	}

	/** Reads what `write` wrote, beside what is there; answers the numbers that groups have here. */
	readMore(reader: ByteReader): (groups: Int32Array) => Int32Array {
		const stored = new Groups(this.#keys.types);
		stored.read(reader);
		return (groups) => {
			const all = Int32Array.from(groups, (_group, i) => i);
			return this.idsOf(stored.columnsOf(groups), all, all.length).slice(0, all.length);
		};
	}

	/** Whether a group belongs to a share of the keys. */
	isIn(share: KeyShare, group: number): boolean {
		if (this.#keys.width === 0) return true;
		const direct = Int32Array.of(group - 1);
		return share.ownsFields((field) =>
			this.#isDirect ? this.#keys.valueAt(direct, 0, field) : this.#keys.valueAt(this.#tuples.words, group * this.#keys.width, field),
		);
	}
}

function withValid<C extends Column>(column: C, valid: Uint8Array): C {
	return valid.includes(0) ? { ...column, valid } : column;
}
