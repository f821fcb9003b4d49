/** The groups of one open window: group → slot, by open addressing; starts small and is never more than half full. */
export class WindowPanes {
	readonly start: number;
	/** Latest time of receipt among its records: what a result's latency is counted from. */
	ingestTimeMs = Number.NEGATIVE_INFINITY;
	/** Slots in order of first appearance. */
	#slots = new Int32Array(16);
	/** Pairs of group + 1 (0 is empty) and slot. */
	#table = new Int32Array(64);
	size = 0;

	constructor(start: number) {
		this.start = start;
	}

	get slots(): Int32Array {
		return this.#slots.subarray(0, this.size);
	}

	/** The slot of a group, or −1. */
	find(group: number): number {
		const table = this.#table;
		const mask = (table.length >> 1) - 1;
		let at = spread(group) & mask;
		for (;;) {
			const entry = table[at * 2] as number;
			if (entry === group + 1) return table[at * 2 + 1] as number;
			if (entry === 0) return -1;
			at = (at + 1) & mask;
		}
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
		this.#insert(this.#table, group, slot);
		if (this.size * 4 <= this.#table.length) return;
		const old = this.#table;
		this.#table = new Int32Array(old.length * 4);
		for (let at = 0; at < old.length; at += 2) {
			if (old[at] !== 0) this.#insert(this.#table, (old[at] as number) - 1, old[at + 1] as number);
		}
	}

	#insert(table: Int32Array, group: number, slot: number): void {
		const mask = (table.length >> 1) - 1;
		let at = spread(group) & mask;
		while (table[at * 2] !== 0) at = (at + 1) & mask;
		table[at * 2] = group + 1;
		table[at * 2 + 1] = slot;
	}

	/** Groups got new numbers: `groupOf[slot]` has them. */
	renumber(groupOf: Int32Array): void {
		this.#table.fill(0);
		for (const slot of this.slots) this.#insert(this.#table, groupOf[slot] ?? 0, slot);
	}
}

function spread(group: number): number {
	const hash = Math.imul(group, 0x9e3779b1);
	return hash ^ (hash >>> 15);
}
