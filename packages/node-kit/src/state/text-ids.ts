import type { ByteReader, ByteWriter, Dictionary, TextColumn } from "@weir/records";

/**
 * Texts that a state holds, by small numbers. Codes of a batch's dictionary are translated through a cache, so a text is looked up once
 * per dictionary and not once per row. Is itself a dictionary: results can carry its numbers as codes.
 */
export class TextIds implements Dictionary {
	readonly #values: string[] = [];
	readonly #ids = new Map<string, number>();
	#source: Dictionary | undefined;
	/** Code of `#source` → id + 1, 0 = not looked up yet. */
	#translated = new Int32Array(0);

	get size(): number {
		return this.#values.length;
	}

	valueAt(id: number): string {
		const value = this.#values[id];
		if (value === undefined) throw new RangeError(`No text has the number ${id}.`);
		return value;
	}

	codeOf(value: string): number {
		const known = this.#ids.get(value);
		if (known !== undefined) return known;
		const id = this.#values.length;
		this.#values.push(value);
		this.#ids.set(value, id);
		return id;
	}

	/** Makes ready for the codes of a column; call before `idOf`. */
	follow(column: TextColumn): Int32Array {
		const { dictionary } = column;
		if (this.#source !== dictionary) {
			this.#source = dictionary;
			this.#translated = new Int32Array(Math.max(256, dictionary.size));
		} else if (this.#translated.length < dictionary.size) {
			const larger = new Int32Array(Math.max(dictionary.size, this.#translated.length * 2));
			larger.set(this.#translated);
			this.#translated = larger;
		}
		return this.#translated;
	}

	/** The id of a code that `follow` has not translated yet. */
	translate(dictionary: Dictionary, code: number): number {
		const id = this.codeOf(dictionary.valueAt(code));
		this.#translated[code] = id + 1;
		return id;
	}

	/** A smaller table with only the ids marked in `used`; `moved[old]` is the new id. */
	compacted(used: Uint8Array): { readonly ids: TextIds; readonly moved: Int32Array } {
		const ids = new TextIds();
		const moved = new Int32Array(this.#values.length).fill(-1);
		this.#values.forEach((value, id) => {
			if (used[id] === 1) moved[id] = ids.codeOf(value);
		});
		return { ids, moved };
	}

	write(writer: ByteWriter): void {
		writer.u32(this.#values.length);
		for (const value of this.#values) writer.text(value);
	}

	static read(reader: ByteReader): TextIds {
		const ids = new TextIds();
		for (let left = reader.u32(); left > 0; left--) ids.codeOf(reader.text());
		return ids;
	}
}
