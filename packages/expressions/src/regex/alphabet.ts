import { NO_CHARACTER, sideOf } from "./places.ts";
import type { Program } from "./program.ts";

/** Classes of characters above ASCII that are remembered before all are forgotten. */
const MAX_REMEMBERED = 4096;
const ASCII = 128;

/**
 * Characters that a program cannot tell apart, as small numbers: a machine needs one column per class instead of one per character.
 * Class 0 is the end of the text.
 */
export class Alphabet {
	readonly #program: Program;
	readonly #ascii = new Int32Array(ASCII).fill(-1);
	readonly #others = new Map<number, number>();
	readonly #known = new Map<string, number>();
	/** Per class: for each set of the program whether it accepts the class. */
	readonly #accepts: Uint8Array[] = [];
	readonly #sides: number[] = [NO_CHARACTER];

	constructor(program: Program) {
		this.#program = program;
		this.#accepts.push(new Uint8Array(program.sets.length));
	}

	classOf(code: number): number {
		if (code < ASCII) {
			const known = this.#ascii[code] as number;
			if (known >= 0) return known;
			const made = this.#classify(code);
			this.#ascii[code] = made;
			return made;
		}
		const known = this.#others.get(code);
		if (known !== undefined) return known;
		const made = this.#classify(code);
		if (this.#others.size >= MAX_REMEMBERED) this.#others.clear();
		this.#others.set(code, made);
		return made;
	}

	#classify(code: number): number {
		const accepts = Uint8Array.from(this.#program.sets, (set) => (set.has(code) ? 1 : 0));
		const side = this.#program.hasPlaces ? sideOf(code) : 1;
		const key = `${side}${accepts.join("")}`;
		const known = this.#known.get(key);
		if (known !== undefined) return known;
		const made = this.#accepts.push(accepts) - 1;
		this.#sides.push(side);
		this.#known.set(key, made);
		return made;
	}

	/** Whether a set accepts the characters of a class. */
	accepts(set: number, characterClass: number): boolean {
		return this.#accepts[characterClass]?.[set] === 1;
	}

	/** What a place sees of a character of the class. */
	sideOf(characterClass: number): number {
		return this.#sides[characterClass] ?? NO_CHARACTER;
	}
}
