import type { Operator, StateDelta } from "@weir/node-kit";
import { expect, it } from "vitest";
import { StateBook } from "./state-book.ts";
import { packPart } from "./state-part.ts";

/** A list of numbers below 256 that grows; each is needed for `life` after its own value. */
class Pumps implements Operator {
	all: number[] = [];
	#fresh: number[] = [];
	readonly #life: number | undefined;

	constructor(life?: number) {
		this.#life = life;
	}

	add(...litres: readonly number[]): void {
		this.all.push(...litres);
		this.#fresh.push(...litres);
	}

	onBatch(): void {}

	snapshot(): Uint8Array {
		this.#fresh = [];
		return Uint8Array.from(this.all);
	}

	restore(snapshot: Uint8Array): void {
		this.all = [...snapshot];
	}

	snapshotDelta(): StateDelta | undefined {
		const bytes = Uint8Array.from(this.#fresh);
		this.#fresh = [];
		return this.#life === undefined ? { bytes } : { bytes, neededUntil: Math.max(...bytes) + this.#life };
	}

	restoreDelta(delta: Uint8Array): void {
		this.all.push(...delta);
	}
}

/** Commits as an authority does. */
class Store {
	readonly parts = new Map<number, Uint8Array>();
	book = new StateBook(this.parts, []);
	written = 0;

	commit(operator: Operator, told = Number.NEGATIVE_INFINITY): void {
		const { put, drop } = this.book.take([{ node: "dedup", operator, told }]);
		for (const number of drop) expect(this.parts.delete(number)).toBe(true);
		for (const [number, bytes] of put) {
			this.parts.set(number, bytes);
			this.written += bytes.length;
		}
		expect([...this.parts.keys()].sort((a, b) => a - b)).toEqual(this.book.numbers);
	}

	/** A new owner reads what is stored. */
	restore(life?: number): Pumps {
		this.book = new StateBook(this.parts, this.book.numbers);
		const stored = this.book.takeRestored().get("dedup");
		const pumps = new Pumps(life);
		if (stored?.snapshot !== undefined) pumps.restore(stored.snapshot);
		for (const delta of stored?.deltas ?? []) pumps.restoreDelta(delta);
		return pumps;
	}
}

it("writes only what changed, keeps few parts, and gives all of it back to each new owner", () => {
	const store = new Store();
	let pumps = new Pumps();
	for (let step = 0; step < 1_000; step++) {
		pumps.add(step % 256, (step * 7) % 256);
		store.commit(pumps);
		expect(store.parts.size).toBeLessThan(40);
		if (step % 37 !== 0) continue;
		const heir = store.restore();
		expect(heir.all).toEqual(pumps.all);
		pumps = heir;
	}
});

it("writes nothing for an operator that has not changed", () => {
	const store = new Store();
	const pumps = new Pumps();
	pumps.add(1);
	store.commit(pumps);
	const { written } = store;
	store.commit(pumps);
	store.commit({ onBatch: () => {}, snapshot: () => pumps.snapshot() });
	const whole = store.written;
	store.commit({ onBatch: () => {}, snapshot: () => pumps.snapshot() });
	expect([whole > written, store.written]).toEqual([true, whole]);
});

it("takes a snapshot once changes have outgrown the one they stand behind", () => {
	const store = new Store();
	const pumps = new Pumps();
	for (let step = 0; step < 40; step++) {
		pumps.add(...Array.from({ length: 10_000 }, (_, i) => i % 256));
		store.commit(pumps);
	}
	expect(store.restore().all).toEqual(pumps.all);
	// Less than twice the state is stored, and each byte was written a few times.
	expect([...store.parts.values()].reduce((sum, part) => sum + part.length, 0)).toBeLessThan(850_000);
	expect(store.written).toBeLessThan(6 * 400_000);
});

it("lets changes fall off once the watermark has passed what they are needed for, and never writes the rest again", () => {
	const store = new Store();
	const pumps = new Pumps(20);
	for (let now = 0; now < 250; now++) {
		pumps.add(now);
		store.commit(pumps, now);
		const { all } = store.restore(20);
		// All that is needed is there, and what is not is gone soon after.
		expect(all).toEqual(expect.arrayContaining(pumps.all.filter((time) => time + 20 >= now)));
		expect(all.length).toBeLessThan(30);
	}
	expect(store.parts.size).toBeLessThan(30);
});

it("begins with what another task stored, and stores it again where it is needed", () => {
	const before = new Store();
	const pumps = new Pumps(20);
	for (let now = 0; now < 30; now++) {
		pumps.add(now);
		before.commit(pumps, now);
	}
	const store = new Store();
	store.book.adopt([...before.parts.values()]);
	const heir = new Pumps(20);
	for (const delta of store.book.takeRestored().get("dedup")?.deltas ?? []) heir.restoreDelta(delta);
	heir.add(30);
	store.commit(heir, 29);
	expect(store.restore(20).all).toEqual(heir.all);
	// The first version may go on being read: nothing of it was touched.
	expect(before.restore(20).all).toEqual(heir.all.slice(0, -1));
});

it("refuses a state with a missing part, and one of which a single bit has changed", () => {
	const part = packPart({ node: "dedup", type: "snapshot", pieces: [{ bytes: Uint8Array.of(1, 2, 3), neededUntil: 5 }] });
	expect(() => new StateBook(new Map([[1, part]]), [1, 2])).toThrow("Part 2 of the stored state is missing.");
	for (let byte = 0; byte < part.length; byte++) {
		const damaged = part.slice();
		damaged[byte] = (damaged[byte] ?? 0) ^ 16;
		expect(() => new StateBook(new Map([[1, damaged]]), [1])).toThrow(expect.objectContaining({ code: "STATE_CORRUPT" }));
	}
});
