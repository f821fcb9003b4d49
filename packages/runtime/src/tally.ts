/** One count, kept by whoever counts it often. */
export interface Slot {
	n: number;
}

/** A task's cumulative counters; part of every commit, so that the ledger balances (I7). */
export class Tally {
	readonly #slots = new Map<string, Slot>();

	constructor(start: Readonly<Record<string, number>> = {}) {
		for (const [name, n] of Object.entries(start)) this.#slots.set(name, { n });
	}

	slot(name: string): Slot {
		const known = this.#slots.get(name);
		if (known !== undefined) return known;
		const slot = { n: 0 };
		this.#slots.set(name, slot);
		return slot;
	}

	add(name: string, n: number): void {
		this.slot(name).n += n;
	}

	/** A copy without the names that never counted. */
	snapshot(): Readonly<Record<string, number>> {
		const counters: Record<string, number> = {};
		for (const [name, { n }] of this.#slots) if (n !== 0) counters[name] = n;
		return counters;
	}
}
