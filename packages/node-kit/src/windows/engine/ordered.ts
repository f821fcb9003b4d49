import { WeirError } from "@weir/errors";
import { ByteReader, ByteWriter, type RecordBatch, select, selectionOf } from "@weir/records";
import type { Emit, Operator, OperatorContext, StateDelta } from "../../operator.ts";
import type { KeyShare } from "../../state/index.ts";
import type { Gathered } from "../window.ts";
import { Filters } from "./filters.ts";
import { OpenGroups } from "./open-groups.ts";
import { batchOf, type Results } from "./results.ts";
import { Slots } from "./slots.ts";
import { StoredRows } from "./stored-rows.ts";

const FORMAT = 2;
/** Above this a snapshot is no longer much more. */
const MOST_JOURNAL_BYTES = 16_000_000;

/** What windows whose ends depend on the records themselves work with. */
export interface OrderedParts {
	readonly slots: Slots;
	readonly groups: OpenGroups;
	readonly rows: StoredRows;
	/** So many records were given up before a window had them. */
	expire(records: number): void;
	/** Hands results on: what some slots gathered, and where their windows lie. */
	tell(slots: Int32Array, windows: Told): void;
}

type Told = Pick<Results, "starts" | "ends" | "revisions" | "isRetracted" | "eventTimes" | "ingestTimes">;

/** A kind of window that takes the records of a group in the order of event time. */
export interface OrderedKind {
	/** Records that have come and wait. */
	put?(places: Int32Array): void;
	/** Event time has passed `watermark`, further than where records are taken: a kind that corrects tells what it can. Called before `take`. */
	look?(watermark: number): void;
	/** Records in order; whoever needs one no longer frees it and lets its slot go. Event time has passed everything before `until`. */
	take(places: Int32Array, until: number): void;
	/** Memory besides that of slots and records. */
	readonly bytes?: number;
	/** Places of records that it keeps. */
	kept(): Int32Array;
	/** `kept` are those of the kept records that are written, `slots` those of the groups that are. */
	write(writer: ByteWriter, kept: Int32Array, slots: Int32Array): void;
	/** Reads what `write` wrote, beside what is there: the records that were kept stand at the places `kept`, their groups have `slots`. */
	read(reader: ByteReader, kept: Int32Array, slots: Int32Array): void;
}

export interface OrderedOptions {
	readonly gathered: Gathered;
	readonly graceMs: number;
	/** A condition besides those of the aggregates; the last of the masks. */
	readonly condition?: string;
	/** Numbers that the kind keeps in each slot before those of the aggregates. */
	readonly ownNumbers?: number;
	/** Results are told before late records have been waited for, and corrected: so they must not depend on how records were grouped into batches. */
	readonly corrects?: boolean;
	/** Equal for equal windows. */
	readonly text: string;
	make(parts: OrderedParts): OrderedKind;
}

/** Windows whose ends depend on the records: by silence, by number, or one for each record. */
export function createOrderedWindows(options: OrderedOptions, context: OperatorContext): Operator {
	return new OrderedWindows(options, context);
}

class OrderedWindows implements Operator {
	readonly watermarkDelayMs: number;
	readonly #options: OrderedOptions;
	readonly #context: OperatorContext;
	readonly #filters: Filters;
	readonly #groupIndexes: readonly number[];
	readonly #slots: Slots;
	readonly #groups: OpenGroups;
	readonly #rows: StoredRows;
	readonly #kind: OrderedKind;
	/** Where results go; nowhere while changes are made once more. */
	#emit: Emit | undefined;
	/** The records that came since the state was stored; absent while only a snapshot can tell. */
	#journal: ByteWriter | undefined;
	#isTouched = false;
	/** What nodes behind were told last. */
	#told = Number.NEGATIVE_INFINITY;
	/** Event time as far as it is known here, records of the batch at hand included. */
	#now = Number.NEGATIVE_INFINITY;
	readonly #delayMs: number;
	/** Event time goes on with every record, so that what is told does not depend on how records were batched. */
	readonly #isExact: boolean;
	#taken = new Int32Array(0);
	#slotsOfRows = new Int32Array(0);
	#late = new Int32Array(0);

	constructor(options: OrderedOptions, context: OperatorContext) {
		const { groupBy, aggregates } = options.gathered;
		const conditions = [...aggregates.map(({ filter }) => filter), ...(options.condition === undefined ? [] : [options.condition])];
		this.#options = options;
		this.#context = context;
		this.#filters = new Filters(conditions, context);
		this.#groupIndexes = groupBy.map((name) => context.input.fields.findIndex((field) => field.name === name));
		this.#slots = new Slots(groupBy, aggregates, context.input, options.ownNumbers);
		this.#groups = new OpenGroups(this.#slots);
		this.#rows = new StoredRows(aggregates, context.input, conditions);
		this.watermarkDelayMs = options.graceMs;
		this.#delayMs = context.watermarkDelayMs ?? 0;
		this.#isExact = options.corrects === true && context.isGathered !== true;
		this.#kind = options.make({
			slots: this.#slots,
			groups: this.#groups,
			rows: this.#rows,
			expire: (records) => {
				if (this.#emit !== undefined) context.count("expired", records);
			},
			tell: (slots, windows) => this.#tell(slots, windows),
		});
	}

	onBatch(batch: RecordBatch, emit: Emit): void {
		const judged = this.#filters.judge(batch);
		const n = judged.selected;
		const rows = selectionOf(judged);
		if (this.#taken.length < n) {
			this.#taken = new Int32Array(n * 2);
			this.#slotsOfRows = new Int32Array(n * 2);
			this.#late = new Int32Array(n * 2);
		}
		const columns = this.#groupIndexes.flatMap((index) => judged.columns[index] ?? []);
		const groups = this.#slots.groups.idsOf(columns, rows, n);
		let taken = 0;
		let late = 0;
		let all = 0;
		const put = () => {
			this.#put(judged, taken);
			all += taken;
			taken = 0;
		};
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (this.#isExact && (judged.watermarks[row] as number) - this.#delayMs > this.#now) {
				put();
				this.#emit = emit;
				this.#advance((judged.watermarks[row] as number) - this.#delayMs);
			}
			if ((judged.eventTimes[row] as number) < (judged.watermarks[row] as number) - this.#options.graceMs) {
				this.#late[late++] = row;
				continue;
			}
			this.#taken[taken] = row;
			this.#slotsOfRows[taken++] = this.#groups.hold(groups[i] as number);
		}
		put();
		this.#context.count("aggregated", all);
		if (late === 0) return;
		this.#context.count("late", late);
		emit("late", select(judged, this.#late, late));
	}

	/** The first rows of those that are taken wait from now on. */
	#put(batch: RecordBatch, records: number): void {
		if (records === 0) return;
		this.#rows.put(batch, this.#taken, this.#slotsOfRows, records, this.#filters.masks);
		this.#kind.put?.(this.#rows.lastPlaces(records));
		this.#note(records);
	}

	onWatermark(watermark: number, emit: Emit): void {
		this.#emit = emit;
		if (watermark > this.#now) this.#advance(watermark);
		this.#told = watermark;
		this.#isTouched = true;
		this.#groups.tidy();
		this.#rows.tidy();
	}

	#advance(watermark: number): void {
		const until = watermark - this.#options.graceMs;
		this.#now = watermark;
		this.#kind.look?.(watermark);
		this.#kind.take(this.#rows.takeBefore(until), until);
		if (this.#options.corrects === true) this.#journal?.array(new Int32Array(0)).f64(watermark);
	}

	/** Writes the records that were put last down, for the next commit. */
	#note(records: number): void {
		if (records === 0 || this.#journal === undefined) return;
		this.#isTouched = true;
		if (this.#journal.length > MOST_JOURNAL_BYTES) {
			this.#journal = undefined;
			return;
		}
		this.#journal.array(this.#slotsOfRows.subarray(0, records).map((slot) => this.#slots.groupOf(slot)));
		this.#rows.writeLast(this.#journal, records);
	}

	#tell(slots: Int32Array, windows: Told): void {
		if (this.#emit === undefined) return;
		const batch = batchOf(this.#context.outputs.out ?? { fields: [] }, {
			...windows,
			...this.#slots.results(slots),
			watermark: this.#told - this.#options.graceMs,
		});
		this.#emit("out", batch);
	}

	snapshot(): Uint8Array {
		this.#groups.tidy(true);
		const written = this.#write(this.#groups.slots);
		this.#noteStored();
		return written;
	}

	snapshotOf(share: KeyShare): Uint8Array {
		return this.#write(this.#groups.slots.filter((slot) => this.#slots.groups.isIn(share, this.#slots.groupOf(slot))));
	}

	/** Writes some of the open groups. */
	#write(open: Int32Array): Uint8Array {
		const writer = new ByteWriter().u8(FORMAT).text(this.#options.text).f64(this.#told).f64(this.#now);
		this.#slots.groups.write(writer);
		const placeOf = new Int32Array(open.length === 0 ? 0 : (open.at(-1) ?? 0) + 1).fill(-1);
		open.forEach((slot, i) => {
			placeOf[slot] = i;
		});
		const groupOf = (place: number) => placeOf[this.#rows.slotOf[place] as number] ?? -1;
		const isWritten = (place: number) => groupOf(place) >= 0;
		this.#rows.tidy();
		const kept = this.#kind.kept().filter(isWritten);
		const waiting = this.#rows.waiting.filter(isWritten);
		writer.array(open.map((slot) => this.#slots.groupOf(slot)));
		writer.array(Int32Array.from([...kept, ...waiting], groupOf));
		this.#rows.write(writer, kept, waiting);
		this.#slots.write(writer, open);
		this.#kind.write(writer, kept, open);
		return writer.finish();
	}

	#noteStored(): void {
		this.#slots.groups.noteStored();
		this.#slots.isRenumbered = false;
		this.#rows.noteStored();
		this.#journal = new ByteWriter();
		this.#isTouched = false;
	}

	/** What came, and how far event time has gone: what a window makes of it depends on nothing else. */
	snapshotDelta(): StateDelta | undefined {
		if (this.#journal === undefined || this.#slots.isRenumbered || this.#rows.isRenumbered) return undefined;
		if (!this.#isTouched) return { bytes: new Uint8Array(0) };
		const writer = new ByteWriter().f64(this.#told).f64(this.#now);
		this.#slots.groups.writeNew(writer);
		writer.raw(this.#journal.finish());
		this.#noteStored();
		return { bytes: writer.finish() };
	}

	stateBytes(): number {
		return this.#slots.bytes + this.#rows.bytes + (this.#kind.bytes ?? 0);
	}

	restore(snapshot: Uint8Array): void {
		this.#read(snapshot, false);
		this.#noteStored();
	}

	absorb(snapshot: Uint8Array): void {
		this.#read(snapshot, true);
	}

	/** Into an empty state groups get the numbers that they had, by which changes name them. */
	#read(snapshot: Uint8Array, isBeside: boolean): void {
		const reader = new ByteReader(snapshot);
		if (reader.u8() !== FORMAT) throw new WeirError("STATE_CORRUPT", "The stored state of a window has an unknown format.");
		if (reader.text() !== this.#options.text) {
			throw new WeirError("STATE_CORRUPT", "The stored windows are of another size; deploy the flow with this node's state reset.");
		}
		this.#told = Math.max(this.#told, reader.f64());
		this.#now = Math.max(this.#now, reader.f64());
		const groupsHere = isBeside ? this.#slots.groups.readMore(reader) : this.#slots.groups.read(reader);
		const groups = groupsHere(reader.int32Array());
		const groupOfRows = reader.int32Array().map((place) => groups[place] as number);
		// Rows hold their groups, and the kind holds what it holds; until all have, each is held once here.
		const open = groups.map((group) => this.#groups.hold(group));
		const slots = groupOfRows.map((group) => this.#groups.hold(group));
		const kept = this.#rows.read(reader, slots);
		if (isBeside) this.#slots.readMore(reader, open);
		else this.#slots.read(reader, open);
		this.#kind.read(reader, kept, open);
		for (const slot of open) this.#groups.letGo(slot);
	}

	/** Lets the records come once more, and event time go on, without telling anybody. */
	restoreDelta(delta: Uint8Array): void {
		const reader = new ByteReader(delta);
		this.#emit = undefined;
		this.#told = reader.f64();
		const now = reader.f64();
		this.#slots.groups.readNew(reader);
		while (reader.left > 0) {
			const slots = reader.int32Array().map((group) => this.#groups.hold(group));
			if (slots.length === 0) this.#advance(reader.f64());
			else {
				this.#rows.readLast(reader, slots);
				this.#kind.put?.(this.#rows.lastPlaces(slots.length));
			}
		}
		if (now > this.#now) this.#advance(now);
		this.#noteStored();
	}
}
