import { createDictionary, type Dictionary } from "@weir/records";
import { booleanColumn, textsOf } from "./columns.ts";
import { type Evaluate, roomFor } from "./run.ts";

/** Distinct texts, and characters of them, that an output dictionary may hold before it is replaced by an empty one. */
const MAX_TEXTS = 65_536;
const MAX_CHARACTERS = 4_194_304;

/** The dictionary that a node writes its texts into. */
export class TextOutput {
	dictionary: Dictionary = createDictionary();
	#characters = 0;

	/** Call at the beginning of each evaluation: texts of earlier batches are used up by then. */
	begin(): this {
		if (this.dictionary.size > MAX_TEXTS || this.#characters > MAX_CHARACTERS) {
			this.dictionary = createDictionary();
			this.#characters = 0;
		}
		return this;
	}

	codeOf(text: string): number {
		const { size } = this.dictionary;
		const code = this.dictionary.codeOf(text);
		if (this.dictionary.size > size) this.#characters += text.length;
		return code;
	}
}

/** Remembers a small number for each code of a dictionary, and forgets all when the dictionary is another one. */
export class CodeTable {
	#from: Dictionary | undefined;
	#to: Dictionary | undefined;
	#known = new Int32Array(0);

	/** The table with room for every code of the dictionary; −1 = not known yet. `to` is the dictionary that its numbers are codes of, if they are. */
	of(from: Dictionary, to?: Dictionary): Int32Array {
		if (from !== this.#from || to !== this.#to) {
			this.#from = from;
			this.#to = to;
			this.#known.fill(-1);
		}
		if (this.#known.length < from.size) {
			const grown = new Int32Array(roomFor(from.size)).fill(-1);
			grown.set(this.#known);
			this.#known = grown;
		}
		return this.#known;
	}
}

/** A yes or no that depends on one text alone: found out once per distinct text. */
export function perText(operand: Evaluate, isTrue: (text: string) => boolean): Evaluate {
	const table = new CodeTable();
	return (run, rows, count) => {
		const { codes, dictionary, valid } = textsOf(operand(run, rows, count));
		const out = run.bytes();
		const known = table.of(dictionary);
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const code = codes[row] as number;
			const answer = known[code] as number;
			if (answer >= 0) out[row] = answer;
			else {
				const found = isTrue(dictionary.valueAt(code)) ? 1 : 0;
				known[code] = found;
				out[row] = found;
			}
		}
		return booleanColumn(out, valid);
	};
}

/** The code of a constant, looked up once per dictionary. */
export class ConstantCode {
	readonly #text: string;
	#dictionary: Dictionary | undefined;
	#code = -1;

	constructor(text: string) {
		this.#text = text;
	}

	in(dictionary: Dictionary): number {
		if (dictionary !== this.#dictionary) {
			this.#dictionary = dictionary;
			this.#code = dictionary.codeOf(this.#text);
		}
		return this.#code;
	}
}

/** The code in an output of a text that has a code in another dictionary. */
export function translate(table: CodeTable, from: Dictionary, output: TextOutput, code: number): number {
	const known = table.of(from, output.dictionary);
	const found = known[code] as number;
	if (found >= 0) return found;
	const made = output.codeOf(from.valueAt(code));
	known[code] = made;
	return made;
}
