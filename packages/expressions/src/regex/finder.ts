import type { Alphabet } from "./alphabet.ts";
import { isAt, NO_CHARACTER } from "./places.ts";
import type { Program } from "./program.ts";

/** States that are remembered before all are forgotten: a pattern can have more than memory holds. */
const MAX_STATES = 500;

const UNKNOWN = -3;
const FOUND = -2;

interface State {
	/** Steps that wait for the next character, and places that wait to see it; ascending. */
	readonly steps: readonly number[];
	/** What stands before the next character. */
	readonly before: number;
	/** By class of the next character: the state after it, or what is known instead. */
	readonly next: number[];
}

/**
 * Says whether a pattern occurs in a text: one look at a table per character. States are made when they are first met (a lazy
 * deterministic automaton), so a text costs its length, whatever the pattern.
 */
export class Finder {
	readonly #program: Program;
	readonly #alphabet: Alphabet;
	#states: State[] = [];
	readonly #known = new Map<string, number>();
	readonly #seen: Uint8Array;

	constructor(program: Program, alphabet: Alphabet) {
		this.#program = program;
		this.#alphabet = alphabet;
		this.#seen = new Uint8Array(program.steps.length);
	}

	occursIn(text: string): boolean {
		let state = this.#state([this.#program.start], NO_CHARACTER);
		for (let at = 0; at <= text.length; at++) {
			let characterClass = 0;
			if (at < text.length) {
				const code = text.codePointAt(at) as number;
				if (code > 0xffff) at += 1;
				characterClass = this.#alphabet.classOf(code);
			}
			const known = this.#states[state]?.next[characterClass] ?? UNKNOWN;
			const next = known === UNKNOWN ? this.#advance(state, characterClass) : known;
			if (next === FOUND) return true;
			state = next;
		}
		return false;
	}

	#state(steps: readonly number[], before: number): number {
		const key = `${before}:${steps.join(",")}`;
		const known = this.#known.get(key);
		if (known !== undefined) return known;
		const made = this.#states.push({ steps, before, next: [] }) - 1;
		this.#known.set(key, made);
		return made;
	}

	#advance(from: number, characterClass: number): number {
		const state = this.#states[from];
		if (state === undefined) return FOUND;
		const reached = this.#reached(state, this.#alphabet.sideOf(characterClass));
		let next = FOUND;
		if (reached !== undefined) {
			const following = new Set([this.#program.start]);
			for (const at of reached) {
				const step = this.#program.steps[at];
				if (step?.kind === "set" && this.#alphabet.accepts(step.set, characterClass)) following.add(step.next);
			}
			if (this.#states.length >= MAX_STATES) {
				this.#states = [];
				this.#known.clear();
			}
			const before = this.#program.hasPlaces ? this.#alphabet.sideOf(characterClass) : NO_CHARACTER;
			next = this.#state(
				[...following].sort((a, b) => a - b),
				before,
			);
		}
		if (this.#states[from] === state) {
			while (state.next.length < characterClass) state.next.push(UNKNOWN);
			state.next[characterClass] = next;
		}
		return next;
	}

	/** Steps that accept a character, reached without one; undefined when the end of the pattern is among them. */
	#reached(state: State, after: number): readonly number[] | undefined {
		this.#seen.fill(0);
		const open = [...state.steps];
		const reached: number[] = [];
		for (let at = open.pop(); at !== undefined; at = open.pop()) {
			if (this.#seen[at] === 1) continue;
			this.#seen[at] = 1;
			const step = this.#program.steps[at];
			if (step === undefined || step.kind === "match") return undefined;
			if (step.kind === "set") reached.push(at);
			else if (step.kind === "split") open.push(step.next, step.other);
			else if (step.kind === "save" || isAt(step.place, state.before, after)) open.push(step.next);
		}
		return reached;
	}
}
