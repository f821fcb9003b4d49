const PAGE_BITS = 8;
const PAGE = 1 << PAGE_BITS;

/**
 * The groups of one open window: group → slot. Groups are small numbers, so slots stand in pages by group: half the memory of a hash table where
 * most groups are in the window, and pages are made only where a group is.
 */
export class WindowPanes {
	readonly start: number;
	/** Latest time of receipt among its records: what a result's latency is counted from. */
	ingestTimeMs = Number.NEGATIVE_INFINITY;
	/** Slots in order of first appearance. */
	#slots = new Int32Array(16);
	/** Slot + 1, 0 = no slot yet. */
	#pages: (Int32Array | undefined)[] = [];
	size = 0;

	constructor(start: number) {
		this.start = start;
	}

	get slots(): Int32Array {
		return this.#slots.subarray(0, this.size);
	}

	/** The slot of a group, or −1. */
	find(group: number): number {
		const page = this.#pages[group >> PAGE_BITS];
		return page === undefined ? -1 : (page[group & (PAGE - 1)] as number) - 1;
	}

	/** Gives a group that has none yet a slot. */
	put(group: number, slot: number): void {
		if (this.size === this.#slots.length) {
			const larger = new Int32Array(this.size * 2);
			larger.set(this.#slots);
			this.#slots = larger;
		}
		this.#slots[this.size] = slot;
		this.size += 1;
		this.#place(group, slot);
	}

	#place(group: number, slot: number): void {
		const index = group >> PAGE_BITS;
		while (this.#pages.length <= index) this.#pages.push(undefined);
		const page = this.#pages[index] ?? new Int32Array(PAGE);
		this.#pages[index] = page;
		page[group & (PAGE - 1)] = slot + 1;
	}

	/** Groups got new numbers: `groupOf[slot]` has them. */
	renumber(groupOf: Int32Array): void {
		this.#pages = [];
		for (const slot of this.slots) this.#place(groupOf[slot] ?? 0, slot);
	}
}
