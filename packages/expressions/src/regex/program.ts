import type { CharSet } from "./char-set.ts";
import { PatternFault } from "./fault.ts";
import type { Part, Place } from "./syntax-tree.ts";

/** A step of the machine that a pattern becomes. Numbers are indexes of other steps. */
export type Step =
	/** One character of the set, by its index in `sets`. */
	| { readonly kind: "set"; readonly set: number; readonly next: number }
	/** Goes on only at such a place. */
	| { readonly kind: "place"; readonly place: Place; readonly next: number }
	/** Goes on in both ways; the first is preferred. */
	| { readonly kind: "split"; readonly next: number; readonly other: number }
	/** Notes where a group begins or ends. */
	| { readonly kind: "save"; readonly slot: number; readonly next: number }
	| { readonly kind: "match" };

export interface Program {
	readonly steps: readonly Step[];
	readonly start: number;
	readonly sets: readonly CharSet[];
	readonly groups: number;
	readonly hasPlaces: boolean;
}

/** Steps a pattern may become; the time for one character is at most their number. */
const MAX_STEPS = 1000;

export function programOf(part: Part, groups: number): Program {
	return new Builder().build(part, groups);
}

/** Builds from the end to the beginning, so that each step knows where it goes on. */
class Builder {
	readonly #steps: Step[] = [];
	readonly #sets: CharSet[] = [];
	readonly #setIndexes = new Map<string, number>();
	#hasPlaces = false;

	build(part: Part, groups: number): Program {
		const start = this.#add(part, this.#step({ kind: "match" }));
		return { steps: this.#steps, start, sets: this.#sets, groups, hasPlaces: this.#hasPlaces };
	}

	#step(step: Step): number {
		if (this.#steps.length >= MAX_STEPS) throw new PatternFault("The pattern is too large; repeat fewer things a number of times", 0);
		return this.#steps.push(step) - 1;
	}

	#setIndex(set: CharSet): number {
		const known = this.#setIndexes.get(set.key);
		if (known !== undefined) return known;
		const index = this.#sets.push(set) - 1;
		this.#setIndexes.set(set.key, index);
		return index;
	}

	#add(part: Part, next: number): number {
		switch (part.kind) {
			case "nothing":
				return next;
			case "set":
				return this.#step({ kind: "set", set: this.#setIndex(part.set), next });
			case "place":
				this.#hasPlaces = true;
				return this.#step({ kind: "place", place: part.place, next });
			case "sequence":
				return part.parts.reduceRight((behind, each) => this.#add(each, behind), next);
			case "choice":
				return part.branches
					.map((branch) => this.#add(branch, next))
					.reduceRight((other, first) => this.#step({ kind: "split", next: first, other }));
			case "group": {
				if (part.index === undefined) return this.#add(part.part, next);
				const end = this.#step({ kind: "save", slot: 2 * part.index + 1, next });
				return this.#step({ kind: "save", slot: 2 * part.index, next: this.#add(part.part, end) });
			}
			case "repeat":
				return this.#repeat(part, next);
		}
	}

	#repeat({ part, min, max, isGreedy }: Extract<Part, { kind: "repeat" }>, next: number): number {
		let entry = next;
		if (max === Number.POSITIVE_INFINITY) entry = this.#loop(part, next, isGreedy);
		else for (let i = min; i < max; i++) entry = this.#split(this.#add(part, entry), next, isGreedy);
		for (let i = 0; i < min; i++) entry = this.#add(part, entry);
		return entry;
	}

	#loop(part: Part, next: number, isGreedy: boolean): number {
		const loop = this.#step({ kind: "match" });
		const body = this.#add(part, loop);
		this.#steps[loop] = isGreedy ? { kind: "split", next: body, other: next } : { kind: "split", next, other: body };
		return loop;
	}

	#split(body: number, next: number, isGreedy: boolean): number {
		return this.#step(isGreedy ? { kind: "split", next: body, other: next } : { kind: "split", next, other: body });
	}
}
