import type { Alphabet } from "./alphabet.ts";
import { isAt, NO_CHARACTER } from "./places.ts";
import type { Program } from "./program.ts";

/** Where a match begins and ends, in UTF-16 units. */
export interface Extent {
	readonly start: number;
	readonly end: number;
}

/** Where each group of a match begins and ends, by twice its index; −1 where it took no part. */
export type Slots = readonly number[];

interface Thread {
	readonly step: number;
	readonly start: number;
}

/** Walks all ways through a program at once, one character at a time: the time is at most steps × characters. */
export class Matcher {
	readonly #program: Program;
	readonly #alphabet: Alphabet;
	readonly #isShortest: boolean;
	readonly #seen: Uint8Array;
	/** By class of characters, as far as it is known. Only for programs without places. */
	readonly #canStart: (boolean | undefined)[] = [];
	/** Units of the text that the last `find` looked at. */
	walked = 0;

	constructor(program: Program, alphabet: Alphabet, isShortest: boolean) {
		this.#program = program;
		this.#alphabet = alphabet;
		this.#isShortest = isShortest;
		this.#seen = new Uint8Array(program.steps.length);
	}

	/** The match that begins first at or after `from`, and of those the longest (or the shortest). */
	find(text: string, from: number): Extent | undefined {
		let waiting: Thread[] = [];
		let best: Extent | undefined;
		let before = this.#sideBefore(text, from);
		for (let at = from; ; ) {
			if (best === undefined && waiting.length === 0 && !this.#program.hasPlaces) at = this.#nextStart(text, at);
			if (best === undefined) waiting.push({ step: this.#program.start, start: at });
			const code = text.codePointAt(at);
			const characterClass = code === undefined ? 0 : this.#alphabet.classOf(code);
			const after = this.#alphabet.sideOf(characterClass);
			this.#seen.fill(0);
			const reached: Thread[] = [];
			// Threads stand in the order of their starts, so whichever reaches a step first began first.
			for (const thread of waiting) {
				if (best !== undefined && thread.start > best.start) break;
				if (this.#follow(thread, before, after, reached)) best = { start: thread.start, end: at };
			}
			const found = best;
			waiting = [];
			for (const { step: index, start } of reached) {
				if (found !== undefined && (start > found.start || (this.#isShortest && start === found.start))) break;
				const step = this.#program.steps[index];
				if (step?.kind === "set" && this.#alphabet.accepts(step.set, characterClass)) waiting.push({ step: step.next, start });
			}
			if (code === undefined || (found !== undefined && waiting.length === 0)) {
				this.walked = at - from;
				return best;
			}
			before = after;
			at += code > 0xffff ? 2 : 1;
		}
	}

	/** The next place at which a match can begin, or the end of the text. */
	#nextStart(text: string, from: number): number {
		let at = from;
		while (at < text.length) {
			const code = text.codePointAt(at) as number;
			const characterClass = this.#alphabet.classOf(code);
			this.#canStart[characterClass] ??= this.#startsWith(characterClass);
			if (this.#canStart[characterClass]) return at;
			at += code > 0xffff ? 2 : 1;
		}
		return at;
	}

	/** Whether a match can begin with a character of the class, or is empty. */
	#startsWith(characterClass: number): boolean {
		this.#seen.fill(0);
		const reached: Thread[] = [];
		if (this.#follow({ step: this.#program.start, start: 0 }, NO_CHARACTER, NO_CHARACTER, reached)) return true;
		return reached.some(({ step: index }) => {
			const step = this.#program.steps[index];
			return step?.kind === "set" && this.#alphabet.accepts(step.set, characterClass);
		});
	}

	/** Adds the steps that accept a character and are reached without one; says whether the end of the pattern is reached too. */
	#follow(thread: Thread, before: number, after: number, reached: Thread[]): boolean {
		const open = [thread.step];
		let isMatch = false;
		for (let at = open.pop(); at !== undefined; at = open.pop()) {
			if (this.#seen[at] === 1) continue;
			this.#seen[at] = 1;
			const step = this.#program.steps[at];
			if (step === undefined) continue;
			if (step.kind === "match") isMatch = true;
			else if (step.kind === "set") reached.push({ step: at, start: thread.start });
			else if (step.kind === "split") open.push(step.other, step.next);
			else if (step.kind === "save" || isAt(step.place, before, after)) open.push(step.next);
		}
		return isMatch;
	}

	/** What the groups found in a match: the first way through it in the order in which the pattern prefers ways. */
	groupsOf(text: string, { start, end }: Extent): Slots {
		const empty = new Array<number>(2 * (this.#program.groups + 1)).fill(-1);
		let waiting: { readonly step: number; readonly slots: Slots }[] = [{ step: this.#program.start, slots: empty }];
		let before = this.#sideBefore(text, start);
		for (let at = start; ; ) {
			const code = text.codePointAt(at);
			const characterClass = code === undefined ? 0 : this.#alphabet.classOf(code);
			const after = this.#alphabet.sideOf(characterClass);
			this.#seen.fill(0);
			const reached: { readonly step: number; readonly slots: Slots }[] = [];
			for (const { step, slots } of waiting) {
				const matched = this.#followGroups(step, slots, at, before, after, reached);
				// A way that ends before the match does is none.
				if (matched !== undefined && at >= end) return matched;
			}
			if (at >= end) return empty;
			waiting = reached.flatMap(({ step: index, slots }) => {
				const step = this.#program.steps[index];
				return step?.kind === "set" && this.#alphabet.accepts(step.set, characterClass) ? [{ step: step.next, slots }] : [];
			});
			before = after;
			at += code !== undefined && code > 0xffff ? 2 : 1;
		}
	}

	#followGroups(
		from: number,
		slots: Slots,
		place: number,
		before: number,
		after: number,
		reached: { readonly step: number; readonly slots: Slots }[],
	): Slots | undefined {
		const open: { readonly step: number; readonly slots: Slots }[] = [{ step: from, slots }];
		let matched: Slots | undefined;
		for (let here = open.pop(); here !== undefined; here = open.pop()) {
			if (this.#seen[here.step] === 1) continue;
			this.#seen[here.step] = 1;
			const step = this.#program.steps[here.step];
			if (step === undefined) continue;
			if (step.kind === "match") matched ??= here.slots;
			else if (step.kind === "set") reached.push(here);
			else if (step.kind === "split") open.push({ step: step.other, slots: here.slots }, { step: step.next, slots: here.slots });
			else if (step.kind === "save") open.push({ step: step.next, slots: here.slots.with(step.slot, place) });
			else if (isAt(step.place, before, after)) open.push({ step: step.next, slots: here.slots });
		}
		return matched;
	}

	#sideBefore(text: string, at: number): number {
		if (at === 0) return NO_CHARACTER;
		const low = text.charCodeAt(at - 1);
		const code = low >= 0xdc00 && low <= 0xdfff && at > 1 ? (text.codePointAt(at - 2) ?? low) : low;
		return this.#alphabet.sideOf(this.#alphabet.classOf(code));
	}
}
