import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter, Column, RecordSchema } from "@weir/records";
import type { Aggregate } from "../aggregate.ts";
import type { Accumulator } from "./accumulators/accumulator.ts";
import { createAccumulator, widthOf } from "./accumulators/create.ts";
import type { Mask } from "./filters.ts";
import { Groups } from "./groups.ts";
import { SlotMemory } from "./slot-memory.ts";

/** Above this a state takes gigabytes: stop and say so, before the machine does. */
const MOST_SLOTS = 12_000_000;

/** Groups may be known without being in an open window, up to so many: the same devices mostly come back. */
const SPARE_GROUPS = 65_536;
/** As above, for what is written with every commit. */
const STORED_SPARE_GROUPS = 1_024;

/** What is gathered: per slot, which is one group in one stretch of time, the numbers of all aggregates. */
export class Slots {
	readonly groups: Groups;
	/** The first `ownNumbers` of a slot are for whoever uses the slots, 0 at first. */
	readonly memory: SlotMemory;
	readonly #accumulators: readonly Accumulator[];
	/** Aggregates keep values, not just a few numbers each. */
	readonly hasBlocks: boolean;
	readonly #ownNumbers: number;
	#groupOf = new Int32Array(0);
	/** Slots given back are used again. */
	readonly #free: number[] = [];
	#next = 0;
	/** Most slots that were open at once since groups were forgotten: as many groups are likely to come back when a window has closed. */
	#mostOpen = 0;
	/** 1 = changed since it was stored; absent: nobody asks. */
	#changed: Uint8Array | undefined;
	#storedTexts: readonly number[] = [];
	/** Groups or texts got new numbers since they were stored. */
	isRenumbered = false;
	#maskedRows = new Int32Array(0);
	#maskedSlots = new Int32Array(0);

	constructor(groupBy: readonly string[], aggregates: readonly Aggregate[], input: RecordSchema, ownNumbers = 0) {
		const typeOf = (name: string) => input.fields.find((field) => field.name === name)?.type;
		this.groups = new Groups(groupBy.map((name) => typeOf(name) ?? "text"));
		const widths = aggregates.map((aggregate) => widthOf(aggregate.function));
		const memory = new SlotMemory(widths.reduce((sum, width) => sum + width, ownNumbers));
		this.#ownNumbers = ownNumbers;
		let offset = ownNumbers;
		this.#accumulators = aggregates.map((aggregate, i) => {
			const made = createAccumulator(aggregate, typeOf(aggregate.field) ?? "number", memory, offset);
			offset += widths[i] ?? 0;
			return made;
		});
		this.memory = memory;
		this.hasBlocks = this.#accumulators.some((accumulator) => accumulator.release !== undefined);
		this.#grow(64);
	}

	#grow(capacity: number): void {
		const larger = new Int32Array(capacity);
		larger.set(this.#groupOf);
		this.#groupOf = larger;
		this.memory.grow(capacity);
		if (this.#changed === undefined) return;
		const changed = new Uint8Array(capacity);
		changed.set(this.#changed);
		this.#changed = changed;
	}

	get open(): number {
		return this.#next - this.#free.length;
	}

	/** About how many bytes of memory it all takes; a group with its texts about a hundred. */
	get bytes(): number {
		let bytes = this.memory.numbers.byteLength + this.groups.size * 100;
		for (const accumulator of this.#accumulators) bytes += (accumulator.bytes ?? 0) + (accumulator.textCount ?? 0) * 60;
		return bytes;
	}

	groupOf(slot: number): number {
		return this.#groupOf[slot] as number;
	}

	take(group: number): number {
		const slot = this.#free.pop() ?? this.#next++;
		if (this.open > this.#mostOpen) this.#mostOpen = this.open;
		if (slot >= MOST_SLOTS) {
			throw new WeirError(
				"STATE_TOO_LARGE",
				`More than ${MOST_SLOTS.toLocaleString("en")} groups are in open windows; choose shorter windows, a shorter wait for late records, or fewer groups.`,
			);
		}
		if (slot >= this.#groupOf.length) this.#grow(slot * 2);
		this.#groupOf[slot] = group;
		this.#clear(slot);
		return slot;
	}

	#clear(slot: number): void {
		const at = slot * this.memory.stride;
		for (let k = 0; k < this.#ownNumbers; k++) this.memory.numbers[at + k] = 0;
		for (const accumulator of this.#accumulators) accumulator.clear(slot);
	}

	/** Makes a slot as it was when it was taken. */
	clear(slot: number): void {
		if (this.hasBlocks) for (const accumulator of this.#accumulators) accumulator.release?.(slot);
		this.#clear(slot);
	}

	/** Gives slots back. The other way round, so that they are taken again in this order and memory is walked forwards. */
	giveBack(slots: Int32Array): void {
		for (let i = slots.length - 1; i >= 0; i--) {
			const slot = slots[i] as number;
			if (this.hasBlocks) for (const accumulator of this.#accumulators) accumulator.release?.(slot);
			this.#free.push(slot);
		}
	}

	/** Row `rows[i]` goes into `slots[i]`; aggregate k takes column k, where its mask has a 1. */
	add(
		columns: readonly (Column | undefined)[],
		masks: readonly Mask[],
		rows: Int32Array,
		slots: Int32Array,
		n: number,
		eventTimes: Float64Array,
	): void {
		const accumulators = this.#accumulators;
		const changed = this.#changed;
		if (changed !== undefined) for (let i = 0; i < n; i++) changed[slots[i] as number] = 1;
		for (let k = 0; k < accumulators.length; k++) {
			const mask = masks[k];
			if (mask === undefined) accumulators[k]?.add(columns[k], rows, slots, n, eventTimes);
			else {
				const found = this.#masked(mask, rows, slots, n);
				accumulators[k]?.add(columns[k], this.#maskedRows, this.#maskedSlots, found, eventTimes);
			}
		}
	}

	#masked(mask: Uint8Array, rows: Int32Array, slots: Int32Array, n: number): number {
		if (this.#maskedRows.length < n) {
			this.#maskedRows = new Int32Array(n * 2);
			this.#maskedSlots = new Int32Array(n * 2);
		}
		let found = 0;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (mask[row] !== 1) continue;
			this.#maskedRows[found] = row;
			this.#maskedSlots[found++] = slots[i] as number;
		}
		return found;
	}

	/** All that `from[i]` gathered joins `into[i]`. */
	merge(from: Int32Array, into: Int32Array, n: number): void {
		for (const accumulator of this.#accumulators) accumulator.merge(from, into, n);
	}

	/** Group fields and aggregates of some slots. */
	results(slots: Int32Array): { readonly groups: readonly Column[]; readonly aggregates: readonly Column[] } {
		const groups = new Int32Array(slots.length);
		for (let i = 0; i < slots.length; i++) groups[i] = this.#groupOf[slots[i] as number] as number;
		return {
			groups: this.groups.columnsOf(groups),
			aggregates: this.#accumulators.map((accumulator) => accumulator.result(slots)),
		};
	}

	/**
	 * Forgets groups and texts that no slot holds, when they have become many; answers the new number of each group that stays, undefined when all
	 * keep theirs. Call between batches.
	 */
	tidy(slotsInUse: () => Int32Array, isStored = false): Int32Array | undefined {
		const most = isStored ? 2 * this.open + STORED_SPARE_GROUPS : 2 * this.#mostOpen + SPARE_GROUPS;
		let texts = 0;
		for (const accumulator of this.#accumulators) texts = Math.max(texts, accumulator.textCount ?? 0);
		if (this.groups.size <= most && texts <= most) return undefined;
		const slots = slotsInUse();
		this.#mostOpen = this.open;
		this.isRenumbered = true;
		for (const accumulator of this.#accumulators) accumulator.tidy?.(slots);
		if (this.groups.size <= most) return undefined;
		const before = slots.map((slot) => this.groupOf(slot));
		const moved = new Int32Array(this.groups.size + 1);
		this.groups.forget(this.#groupOf, slots);
		slots.forEach((slot, i) => {
			moved[before[i] as number] = this.groupOf(slot);
		});
		return moved;
	}

	/** From now on it is noted which slots change: what there is now has been stored. */
	noteStored(): void {
		if (this.#changed === undefined) this.#changed = new Uint8Array(this.#groupOf.length);
		else this.#changed.fill(0);
		this.#storedTexts = this.#accumulators.map(({ textCount = 0 }) => textCount);
		this.groups.noteStored();
		this.isRenumbered = false;
	}

	/** The slot has changed since it was stored. */
	isChanged(slot: number): boolean {
		return this.#changed === undefined || this.#changed[slot] === 1;
	}

	/** Writes what some slots hold, with all texts; their groups are written by whoever knows what the slots are for. */
	write(writer: ByteWriter, slots: Int32Array): void {
		for (const accumulator of this.#accumulators) accumulator.writeTexts?.(writer, 0);
		this.#writeSlots(writer, slots);
	}

	/** As `write`, but just the texts that came since `noteStored`. */
	writeNew(writer: ByteWriter, slots: Int32Array): void {
		this.#accumulators.forEach((accumulator, k) => {
			accumulator.writeTexts?.(writer, this.#storedTexts[k] ?? 0);
		});
		this.#writeSlots(writer, slots);
	}

	#writeSlots(writer: ByteWriter, slots: Int32Array): void {
		for (let offset = 0; offset < this.memory.stride; offset++) writer.array(this.memory.gather(slots, offset));
		for (const accumulator of this.#accumulators) accumulator.write?.(writer, slots);
	}

	/** Reads what `write` or `writeNew` wrote into as many slots, in place of what they held. */
	read(reader: ByteReader, slots: Int32Array): void {
		for (const accumulator of this.#accumulators) accumulator.readTexts?.(reader);
		this.#readSlots(reader, slots);
	}

	/** Reads what `write` wrote elsewhere, beside what is there. */
	readMore(reader: ByteReader, slots: Int32Array): void {
		const moved = this.#accumulators.map((accumulator) => accumulator.readMoreTexts?.(reader));
		this.#readSlots(reader, slots);
		this.#accumulators.forEach((accumulator, k) => {
			const numbers = moved[k];
			if (numbers !== undefined) accumulator.renumber?.(slots, numbers);
		});
	}

	#readSlots(reader: ByteReader, slots: Int32Array): void {
		if (this.hasBlocks) for (const accumulator of this.#accumulators) for (const slot of slots) accumulator.release?.(slot);
		for (let offset = 0; offset < this.memory.stride; offset++) {
			const values = reader.float64Array();
			if (values.length !== slots.length) {
				throw new WeirError("STATE_CORRUPT", "The stored windows cannot be read: their arrays do not fit each other.");
			}
			this.memory.scatter(values, slots, offset);
		}
		for (const accumulator of this.#accumulators) accumulator.read?.(reader, slots);
	}
}
