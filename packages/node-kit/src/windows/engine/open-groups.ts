import { ByGroup } from "./piece.ts";
import type { Slots } from "./slots.ts";
import { larger } from "./stored-column.ts";

/** Groups that have something going on, each with one slot while it has: as long as somebody holds it. */
export class OpenGroups {
	readonly #slots: Slots;
	readonly #slotOf = new ByGroup();
	/** Holders by slot; 0: the slot is not open. */
	#holders = new Int32Array(0);
	#most = 0;

	constructor(slots: Slots) {
		this.#slots = slots;
	}

	/** The slot of a group, opened if it has none, held once more. */
	hold(group: number): number {
		const known = this.#slotOf.get(group);
		const slot = known < 0 ? this.#slots.take(group) : known;
		if (known < 0) {
			this.#slotOf.set(group, slot);
			this.#most = Math.max(this.#most, slot + 1);
			if (slot >= this.#holders.length) this.#holders = larger(this.#holders, new Int32Array(slot * 2 + 64));
		}
		this.#holders[slot] = (this.#holders[slot] as number) + 1;
		return slot;
	}

	/** One who held the slot needs it no longer; the last one closes it. */
	letGo(slot: number): void {
		const left = (this.#holders[slot] as number) - 1;
		this.#holders[slot] = left;
		if (left > 0) return;
		this.#slotOf.set(this.#slots.groupOf(slot), -1);
		this.#slots.giveBack(Int32Array.of(slot));
	}

	/** All open slots. */
	get slots(): Int32Array {
		return Int32Array.from({ length: this.#most }, (_, slot) => slot).filter((slot) => (this.#holders[slot] as number) > 0);
	}

	/** Forgets groups without a slot, when they have become many. Call between batches. */
	tidy(isStored = false): void {
		if (this.#slots.tidy(() => this.slots, isStored) === undefined) return;
		this.#slotOf.clear();
		for (const slot of this.slots) this.#slotOf.set(this.#slots.groupOf(slot), slot);
	}
}
