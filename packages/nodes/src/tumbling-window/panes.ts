import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter, Column, FieldType, RecordBatch } from "@weir/records";
import type { Accumulator, SlotMemory } from "./accumulators.ts";
import { Groups } from "./groups.ts";
import { WindowPanes } from "./window-panes.ts";

/** Above this a state takes gigabytes: stop and say so, before the machine does. */
const MOST_PANES = 5_000_000;

/** Groups may be known without being in an open window, up to so many: the same devices mostly come back. */
const SPARE_GROUPS = 65_536;
/** As above, for what is written with every commit. */
const STORED_SPARE_GROUPS = 1_024;

/** All open windows with their groups and what was gathered for each. */
export class Panes {
	readonly #sizeMs: number;
	readonly #graceMs: number;
	readonly #accumulators: readonly Accumulator[];
	readonly #memory: SlotMemory;
	readonly #groups: Groups;
	readonly #windows = new Map<number, WindowPanes>();
	/** Slots are shared by all windows; those of closed ones are used again. */
	#groupOf = new Int32Array(0);
	#free: number[] = [];
	#next = 0;
	#rows = new Int32Array(0);
	#slots = new Int32Array(0);
	/** Rows of the last batch that came after their window had closed. */
	late = new Int32Array(0);

	constructor(sizeMs: number, graceMs: number, groupTypes: readonly FieldType[], accumulators: readonly Accumulator[], memory: SlotMemory) {
		this.#memory = memory;
		this.#sizeMs = sizeMs;
		this.#graceMs = graceMs;
		this.#accumulators = accumulators;
		this.#groups = new Groups(groupTypes);
		this.#grow(64);
	}

	#grow(capacity: number): void {
		const larger = new Int32Array(capacity);
		larger.set(this.#groupOf);
		this.#groupOf = larger;
		this.#memory.grow(capacity);
	}

	/** Texts that the aggregates hold beside their numbers. */
	get #texts(): number {
		let texts = 0;
		for (const accumulator of this.#accumulators) texts = Math.max(texts, accumulator.textCount ?? 0);
		return texts;
	}

	get #open(): number {
		return this.#next - this.#free.length;
	}

	/** Takes the rows in play in; answers how many were late (they are in `late`). */
	add(batch: RecordBatch, selection: Int32Array, groupColumns: readonly Column[], columns: readonly (Column | undefined)[]): number {
		const n = batch.selected;
		if (this.#rows.length < n) {
			this.#rows = new Int32Array(n * 2);
			this.#slots = new Int32Array(n * 2);
			this.late = new Int32Array(n * 2);
		}
		const groups = this.#groups.idsOf(groupColumns, selection, n);
		const { eventTimes, watermarks, ingestTimes } = batch;
		const size = this.#sizeMs;
		const grace = this.#graceMs;
		const rows = this.#rows;
		const slots = this.#slots;
		let window: WindowPanes | undefined;
		let start = Number.POSITIVE_INFINITY;
		let taken = 0;
		let late = 0;
		for (let i = 0; i < n; i++) {
			const row = selection[i] as number;
			const time = eventTimes[row] as number;
			if (!(time >= start && time < start + size)) {
				start = Math.floor(time / size) * size;
				window = this.#windows.get(start);
			}
			if ((watermarks[row] as number) >= start + size + grace) {
				this.late[late++] = row;
				continue;
			}
			window ??= this.#openWindow(start);
			const ingestTime = ingestTimes[row] as number;
			if (ingestTime > window.ingestTimeMs) window.ingestTimeMs = ingestTime;
			const group = groups[i] as number;
			let slot = window.find(group);
			if (slot < 0) {
				slot = this.#takeSlot(group);
				window.put(group, slot);
			}
			rows[taken] = row;
			slots[taken++] = slot;
		}
		this.#accumulators.forEach((accumulator, k) => {
			accumulator.add(columns[k], rows, slots, taken, eventTimes);
		});
		return late;
	}

	#openWindow(start: number): WindowPanes {
		const window = new WindowPanes(start);
		this.#windows.set(start, window);
		return window;
	}

	#takeSlot(group: number): number {
		const slot = this.#free.pop() ?? this.#next++;
		if (slot >= MOST_PANES) {
			throw new WeirError(
				"STATE_TOO_LARGE",
				`More than ${MOST_PANES.toLocaleString("en")} groups are open at once; choose fewer groups or a shorter window.`,
			);
		}
		if (slot >= this.#groupOf.length) this.#grow(slot * 2);
		this.#groupOf[slot] = group;
		for (const accumulator of this.#accumulators) accumulator.clear(slot);
		return slot;
	}

	/** Windows that are complete at this watermark, oldest first. */
	due(watermark: number): WindowPanes[] {
		const due: WindowPanes[] = [];
		for (const window of this.#windows.values()) {
			if (watermark >= window.start + this.#sizeMs + this.#graceMs) due.push(window);
		}
		return due.sort((a, b) => a.start - b.start);
	}

	/** Group fields and aggregates of some slots of a window. */
	results(slots: Int32Array): { readonly groups: readonly Column[]; readonly aggregates: readonly Column[] } {
		const groups = new Int32Array(slots.length);
		for (let i = 0; i < slots.length; i++) groups[i] = this.#groupOf[slots[i] as number] as number;
		return {
			groups: this.#groups.columnsOf(groups),
			aggregates: this.#accumulators.map((accumulator) => accumulator.result(slots)),
		};
	}

	close(window: WindowPanes): void {
		this.#windows.delete(window.start);
		// The other way round, so that the next window takes them in this order and walks memory forwards.
		const { slots } = window;
		for (let i = slots.length - 1; i >= 0; i--) this.#free.push(slots[i] as number);
	}

	/** Forgets groups and texts that no open window holds, when they have become many. Call between batches. */
	tidy(spare = SPARE_GROUPS): void {
		if (this.#groups.size <= 2 * this.#open + spare && this.#texts <= 2 * this.#open + spare) return;
		const slots = this.#openSlots();
		for (const accumulator of this.#accumulators) accumulator.tidy?.(slots);
		if (this.#groups.size <= 2 * this.#open + spare) return;
		this.#groups.forget(this.#groupOf, slots);
		for (const window of this.#windows.values()) window.renumber(this.#groupOf);
	}

	#openSlots(): Int32Array {
		const slots = new Int32Array(this.#open);
		let at = 0;
		for (const window of this.#windows.values()) {
			slots.set(window.slots, at);
			at += window.size;
		}
		return slots;
	}

	write(writer: ByteWriter): void {
		this.tidy(STORED_SPARE_GROUPS);
		this.#groups.write(writer);
		writer.u32(this.#windows.size);
		for (const window of this.#windows.values()) {
			const groups = Int32Array.from(window.slots, (slot) => this.#groupOf[slot] ?? 0);
			writer.f64(window.start).f64(window.ingestTimeMs).array(groups);
		}
		const slots = this.#openSlots();
		for (const accumulator of this.#accumulators) accumulator.write?.(writer);
		for (let offset = 0; offset < this.#memory.stride; offset++) writer.array(this.#memory.gather(slots, offset));
	}

	read(reader: ByteReader): void {
		this.#groups.read(reader);
		for (let left = reader.u32(); left > 0; left--) {
			const window = this.#openWindow(reader.f64());
			window.ingestTimeMs = reader.f64();
			for (const group of reader.int32Array()) window.put(group, this.#takeSlot(group));
		}
		const slots = this.#openSlots();
		for (const accumulator of this.#accumulators) accumulator.read?.(reader);
		for (let offset = 0; offset < this.#memory.stride; offset++) this.#memory.scatter(reader.float64Array(), slots, offset);
	}
}
