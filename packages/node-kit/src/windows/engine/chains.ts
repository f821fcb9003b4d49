import { larger } from "./stored-column.ts";

/** Lists of records, one per slot: places of a store in the order in which they were appended. Each place is in one list. */
export class Chains {
	#heads = new Int32Array(0);
	#tails = new Int32Array(0);
	#sizes = new Int32Array(0);
	/** By place; −1 at the end. */
	#next = new Int32Array(0);

	append(slot: number, place: number): void {
		if (slot >= this.#sizes.length) {
			const slots = slot * 2 + 64;
			this.#heads = larger(this.#heads, new Int32Array(slots));
			this.#tails = larger(this.#tails, new Int32Array(slots));
			this.#sizes = larger(this.#sizes, new Int32Array(slots));
		}
		if (place >= this.#next.length) this.#next = larger(this.#next, new Int32Array(place * 2 + 64));
		this.#next[place] = -1;
		if (this.sizeOf(slot) === 0) this.#heads[slot] = place;
		else this.#next[this.#tails[slot] as number] = place;
		this.#tails[slot] = place;
		this.#sizes[slot] = this.sizeOf(slot) + 1;
	}

	sizeOf(slot: number): number {
		return this.#sizes[slot] ?? 0;
	}

	/** The first place, −1 when there is none. */
	firstOf(slot: number): number {
		return this.sizeOf(slot) === 0 ? -1 : (this.#heads[slot] as number);
	}

	lastOf(slot: number): number {
		return this.sizeOf(slot) === 0 ? -1 : (this.#tails[slot] as number);
	}

	/** The place behind another one, −1 at the end. */
	after(place: number): number {
		return this.#next[place] as number;
	}

	/** Takes the first place out. */
	shift(slot: number): number {
		const first = this.firstOf(slot);
		if (first < 0) return -1;
		this.#heads[slot] = this.after(first);
		this.#sizes[slot] = this.sizeOf(slot) - 1;
		return first;
	}
}
