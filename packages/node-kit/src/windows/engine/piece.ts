const PAGE_BITS = 8;
const PAGE = 1 << PAGE_BITS;

/** Small numbers by group. Groups are small numbers too, so they stand in pages by group, and pages are made only where a group is. */
export class ByGroup {
	/** Value + 1, 0 = none yet. */
	#pages: (Int32Array | undefined)[] = [];

	/** The value of a group, or −1. */
	get(group: number): number {
		const page = this.#pages[group >> PAGE_BITS];
		return page === undefined ? -1 : (page[group & (PAGE - 1)] as number) - 1;
	}

	set(group: number, value: number): void {
		const index = group >> PAGE_BITS;
		while (this.#pages.length <= index) this.#pages.push(undefined);
		const page = this.#pages[index] ?? new Int32Array(PAGE);
		this.#pages[index] = page;
		page[group & (PAGE - 1)] = value + 1;
	}

	clear(): void {
		this.#pages = [];
	}
}

/** A list of small numbers that grows. */
export class Numbers {
	#values = new Int32Array(16);
	size = 0;

	get values(): Int32Array {
		return this.#values.subarray(0, this.size);
	}

	push(value: number): void {
		if (this.size === this.#values.length) {
			const larger = new Int32Array(this.size * 2);
			larger.set(this.#values);
			this.#values = larger;
		}
		this.#values[this.size] = value;
		this.size += 1;
	}

	clear(): void {
		this.size = 0;
	}
}

/** What came in one piece of event time: its groups and their slots. */
export class Piece {
	readonly index: number;
	/** A record is late from this watermark on: no window takes it any more. */
	readonly closesAt: number;
	/** Latest time of receipt among its records: what a result's latency is counted from. */
	ingestTimeMs = Number.NEGATIVE_INFINITY;
	readonly #slotOf = new ByGroup();
	/** Slots in order of first appearance. */
	readonly #slots = new Numbers();
	/** How many of them have been stored. */
	storedSlots = 0;

	constructor(index: number, closesAt: number) {
		this.index = index;
		this.closesAt = closesAt;
	}

	get slots(): Int32Array {
		return this.#slots.values;
	}

	/** The slot of a group, or −1. */
	find(group: number): number {
		return this.#slotOf.get(group);
	}

	/** Gives a group that has none yet a slot. */
	put(group: number, slot: number): void {
		this.#slots.push(slot);
		this.#slotOf.set(group, slot);
	}

	/** Groups got new numbers. */
	renumber(groupOf: (slot: number) => number): void {
		this.#slotOf.clear();
		for (const slot of this.slots) this.#slotOf.set(groupOf(slot), slot);
	}
}
