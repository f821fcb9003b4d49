/** Numbers by time, earliest first; those of the same time in the order in which they were put. */
export class TimeHeap {
	#times: number[] = [];
	#orders: number[] = [];
	#items: number[] = [];
	#next = 0;

	get size(): number {
		return this.#items.length;
	}

	/** The earliest time; +Infinity while there is none. */
	get earliest(): number {
		return this.#times[0] ?? Number.POSITIVE_INFINITY;
	}

	put(timeMs: number, item: number): void {
		let at = this.#items.length;
		const order = this.#next++;
		this.#place(at, timeMs, order, item);
		while (at > 0) {
			const above = (at - 1) >> 1;
			if (!this.#isBefore(at, above)) return;
			this.#swap(at, above);
			at = above;
		}
	}

	/** Takes the earliest away; −1 while there is none. */
	take(): number {
		const [item] = this.#items;
		const time = this.#times.pop();
		const order = this.#orders.pop();
		const last = this.#items.pop();
		if (item === undefined || time === undefined || order === undefined || last === undefined) return -1;
		if (this.#items.length === 0) return item;
		this.#place(0, time, order, last);
		let at = 0;
		for (;;) {
			const left = 2 * at + 1;
			if (left >= this.#items.length) return item;
			const least = left + 1 < this.#items.length && this.#isBefore(left + 1, left) ? left + 1 : left;
			if (!this.#isBefore(least, at)) return item;
			this.#swap(at, least);
			at = least;
		}
	}

	/** All items with their times, in order. */
	inOrder(): readonly (readonly [timeMs: number, item: number])[] {
		return this.#items
			.map((item, at) => ({ item, time: this.#times[at] ?? 0, order: this.#orders[at] ?? 0 }))
			.sort((a, b) => a.time - b.time || a.order - b.order)
			.map(({ time, item }) => [time, item] as const);
	}

	#place(at: number, time: number, order: number, item: number): void {
		this.#times[at] = time;
		this.#orders[at] = order;
		this.#items[at] = item;
	}

	#isBefore(a: number, b: number): boolean {
		const times = (this.#times[a] ?? 0) - (this.#times[b] ?? 0);
		return times < 0 || (times === 0 && (this.#orders[a] ?? 0) < (this.#orders[b] ?? 0));
	}

	#swap(a: number, b: number): void {
		const [time, order, item] = [this.#times[a] ?? 0, this.#orders[a] ?? 0, this.#items[a] ?? 0];
		this.#place(a, this.#times[b] ?? 0, this.#orders[b] ?? 0, this.#items[b] ?? 0);
		this.#place(b, time, order, item);
	}
}
