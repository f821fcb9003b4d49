import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter, Column, FieldType } from "@weir/records";
import { TextIds } from "../../state/index.ts";
import { readMoreTexts, readTexts, writeTexts } from "./texts.ts";

/** The values of one field by place, in memory of its own. Of JSON only whether there is a value: no aggregate asks for more. */
export class StoredColumn {
	readonly #type: FieldType;
	#numbers = new Float64Array(0);
	#bytes = new Uint8Array(0);
	#codes = new Int32Array(0);
	#valid = new Uint8Array(0);
	#texts = new TextIds();

	constructor(type: FieldType) {
		this.#type = type;
	}

	get textCount(): number {
		return this.#texts.size;
	}

	/** What is stored as a column whose rows are the places; good until the next change. */
	get column(): Column {
		const valid = this.#valid;
		if (this.#type === "text") return { type: "text", codes: this.#codes, dictionary: this.#texts, valid };
		if (this.#type === "boolean") return { type: "boolean", values: this.#bytes, valid };
		if (this.#type === "json") return { type: "json", slab: this.#bytes, starts: this.#codes, ends: this.#codes, valid };
		return { type: this.#type, values: this.#numbers, valid };
	}

	grow(places: number): void {
		this.#valid = larger(this.#valid, new Uint8Array(places));
		if (this.#type === "text") this.#codes = larger(this.#codes, new Int32Array(places));
		else if (this.#type === "boolean") this.#bytes = larger(this.#bytes, new Uint8Array(places));
		else if (this.#type !== "json") this.#numbers = larger(this.#numbers, new Float64Array(places));
	}

	/** Row `rows[i]` of the column is kept at `places[i]`. */
	put(column: Column, rows: Int32Array, places: Int32Array, n: number): void {
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			this.#valid[places[i] as number] = column.valid === undefined ? 1 : (column.valid[row] as number);
		}
		if (column.type === "json") return;
		if (column.type === "text") {
			const translated = this.#texts.follow(column);
			for (let i = 0; i < n; i++) {
				const row = rows[i] as number;
				if (column.valid !== undefined && column.valid[row] === 0) continue;
				const code = column.codes[row] as number;
				const known = translated[code] ?? 0;
				this.#codes[places[i] as number] = known === 0 ? this.#texts.translate(column.dictionary, code) : known - 1;
			}
			return;
		}
		const target = column.type === "boolean" ? this.#bytes : this.#numbers;
		for (let i = 0; i < n; i++) target[places[i] as number] = column.values[rows[i] as number] as number;
	}

	/** Forgets texts that none of the places in use has. */
	forgetTexts(places: Int32Array): void {
		const used = new Uint8Array(this.#texts.size);
		for (const place of places) if (this.#valid[place] === 1) used[this.#codes[place] as number] = 1;
		const { ids, moved } = this.#texts.compacted(used);
		for (const place of places) if (this.#valid[place] === 1) this.#codes[place] = moved[this.#codes[place] as number] as number;
		this.#texts = ids;
	}

	/** Writes the values at some places, with the texts from number `textsFrom` on. */
	write(writer: ByteWriter, places: Int32Array, textsFrom: number): void {
		writer.array(Uint8Array.from(places, (place) => this.#valid[place] as number));
		if (this.#type === "text") {
			writeTexts(writer, this.#texts, textsFrom);
			writer.array(places.map((place) => this.#codes[place] as number));
		} else if (this.#type === "boolean") writer.array(Uint8Array.from(places, (place) => this.#bytes[place] as number));
		else if (this.#type !== "json") writer.array(Float64Array.from(places, (place) => this.#numbers[place] as number));
	}

	/** Reads what `write` wrote to as many places; `isWhole`: with all texts, which may have other numbers here. */
	read(reader: ByteReader, places: Int32Array, isWhole: boolean): void {
		scatter(this.#valid, reader.uint8Array(), places);
		if (this.#type === "text") {
			const moved = isWhole ? readMoreTexts(reader, this.#texts) : undefined;
			if (moved === undefined) readTexts(reader, this.#texts);
			const codes = reader.int32Array();
			scatter(this.#codes, moved === undefined ? codes : codes.map((code) => moved[code] ?? 0), places);
		} else if (this.#type === "boolean") scatter(this.#bytes, reader.uint8Array(), places);
		else if (this.#type !== "json") scatter(this.#numbers, reader.float64Array(), places);
	}
}

/** Puts value i at place i. Throws STATE_CORRUPT when there are not as many. */
export function scatter<A extends Float64Array | Int32Array | Uint8Array>(to: A, values: A, places: Int32Array): void {
	if (values.length !== places.length) {
		throw new WeirError("STATE_CORRUPT", "The stored records of a window cannot be read: their arrays do not fit each other.");
	}
	for (let i = 0; i < places.length; i++) to[places[i] as number] = values[i] as number;
}

/** A larger array with what a smaller one has. */
export function larger<A extends Float64Array | Int32Array | Uint8Array>(from: A, to: A): A {
	to.set(from);
	return to;
}
