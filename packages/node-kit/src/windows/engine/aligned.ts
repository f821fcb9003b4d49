import { WeirError } from "@weir/errors";
import { ByteReader, ByteWriter, type RecordBatch, select, selectionOf } from "@weir/records";
import type { Emit, Operator, OperatorContext, StateDelta } from "../../operator.ts";
import type { KeyShare } from "../../state/index.ts";
import type { AlignedConfig, Gathered } from "../window.ts";
import { Filters } from "./filters.ts";
import { hasMarks, type OpenWindow, type Telling } from "./open-window.ts";
import { type Incoming, Panes } from "./panes.ts";
import { batchOf } from "./results.ts";
import type { WindowShape } from "./spans.ts";

const FORMAT = 2;

/** Windows that lie at the same times for all groups: back to back or overlapping, of a fixed length or by the calendar. */
export function createAlignedWindows(gathered: Gathered, shape: WindowShape, telling: Telling, context: OperatorContext): Operator {
	return new AlignedWindows(gathered, shape, telling, context);
}

/** What the config says of when windows speak. */
export function tellingOf(config: AlignedConfig): Telling {
	return {
		graceMs: config.allowedLatenessMs,
		corrects: config.late === "correct",
		earlyRecords: config.early === "records" ? config.earlyRecords : undefined,
		earlyMs: config.early === "time" ? config.earlyMs : undefined,
	};
}

class AlignedWindows implements Operator {
	readonly watermarkDelayMs: number;
	readonly #context: OperatorContext;
	readonly #telling: Telling;
	readonly #text: string;
	readonly #groupIndexes: readonly number[];
	readonly #valueIndexes: readonly number[];
	readonly #filters: Filters;
	readonly #panes: Panes;
	/** Results of a window must not depend on rows that came after its time, however rows were grouped into batches. */
	readonly #isExact: boolean;
	readonly #delayMs: number;
	/** Event time as far as it is known here, rows of the batch at hand included. */
	#now = Number.NEGATIVE_INFINITY;
	/** There is a snapshot that changes can stand behind. */
	#isStored = false;
	#isTouched = false;
	/** What nodes behind were told last. */
	#told = Number.NEGATIVE_INFINITY;

	constructor(gathered: Gathered, shape: WindowShape, telling: Telling, context: OperatorContext) {
		const { groupBy, aggregates } = gathered;
		const indexOf = (name: string) => context.input.fields.findIndex((field) => field.name === name);
		this.#context = context;
		this.#telling = telling;
		this.#text = `${shape.text}, ${hasMarks(telling) ? "told often" : "told once"}`;
		this.#groupIndexes = groupBy.map(indexOf);
		this.#valueIndexes = aggregates.map(({ field }) => indexOf(field));
		this.#filters = new Filters(
			aggregates.map(({ filter }) => filter),
			context,
		);
		this.#panes = new Panes(groupBy, aggregates, context.input, shape, telling);
		this.#delayMs = context.watermarkDelayMs ?? 0;
		this.#isExact = (hasMarks(telling) || shape.pieces > 1) && context.isGathered !== true;
		this.watermarkDelayMs = telling.graceMs;
	}

	onBatch(batch: RecordBatch, emit: Emit): void {
		this.#isTouched = true;
		const judged = this.#filters.judge(batch);
		const n = judged.selected;
		const rows = selectionOf(judged);
		const panes = this.#panes;
		const incoming: Incoming = {
			batch: judged,
			rows,
			groups: panes.slots.groups.idsOf(
				this.#groupIndexes.flatMap((index) => judged.columns[index] ?? []),
				rows,
				n,
			),
			columns: this.#valueIndexes.map((index) => judged.columns[index]),
			masks: this.#filters.masks,
		};
		const onEarly = (window: OpenWindow, group: number) => this.#tell(window, Int32Array.of(group), true, emit);
		panes.lateRows = 0;
		let from = 0;
		if (this.#isExact) {
			for (let i = 0; i < n; i++) {
				const watermark = (judged.watermarks[rows[i] as number] as number) - this.#delayMs;
				if (watermark <= this.#now) continue;
				panes.add(incoming, from, i, onEarly);
				from = i;
				this.#advance(watermark, emit);
			}
		}
		panes.add(incoming, from, n, onEarly);
		const { lateRows } = panes;
		this.#context.count("aggregated", n - lateRows);
		if (lateRows === 0) return;
		this.#context.count("late", lateRows);
		emit("late", select(judged, panes.late, lateRows));
	}

	onWatermark(watermark: number, emit: Emit): void {
		this.#isTouched = true;
		if (watermark > this.#now) this.#advance(watermark, emit);
		this.#told = watermark;
		this.#panes.tidy();
	}

	#advance(watermark: number, emit: Emit): void {
		this.#now = watermark;
		const panes = this.#panes;
		if (watermark < panes.dueAt) {
			panes.closedUntil = watermark;
			return;
		}
		for (const window of panes.due(watermark)) {
			if (window.isFinal) this.#tell(window, window.marks?.changed, false, emit);
			else if (watermark >= window.finalAt) {
				this.#tell(window, undefined, false, emit);
				window.isFinal = true;
			} else if (window.isEarly(watermark)) this.#tell(window, window.marks?.changed, true, emit);
			window.marks?.settle();
		}
		panes.close(watermark);
	}

	/** Event time of a result is the last millisecond of its window, so that it falls into the same window of a node behind. */
	#tell(window: OpenWindow, only: Int32Array | undefined, isPartial: boolean, emit: Emit): void {
		const { slots } = this.#panes;
		const { marks } = window;
		const hasParts = this.#telling.earlyMs !== undefined || this.#telling.earlyRecords !== undefined;
		this.#panes.gathered(window, only, (some, ingestTimeMs) => {
			const times = (value: number): Float64Array => new Float64Array(some.length).fill(value);
			const batch = batchOf(this.#context.outputs.out ?? { fields: [] }, {
				starts: times(window.start),
				ends: times(window.end),
				revisions: marks === undefined ? undefined : Float64Array.from(some, (slot) => marks.tell(slots.groupOf(slot))),
				isPartial: hasParts ? isPartial : undefined,
				...slots.results(some),
				eventTimes: times(window.end - 1),
				ingestTimes: times(ingestTimeMs),
				watermark: this.#told - this.#telling.graceMs,
			});
			emit("out", batch);
		});
	}

	snapshot(): Uint8Array {
		const writer = this.#begin();
		this.#panes.write(writer);
		this.#noteStored();
		return writer.finish();
	}

	snapshotOf(share: KeyShare): Uint8Array {
		const writer = this.#begin();
		this.#panes.writeShare(writer, share);
		return writer.finish();
	}

	absorb(snapshot: Uint8Array): void {
		const reader = this.#open(snapshot);
		this.#now = Math.max(this.#now, reader.f64());
		this.#told = Math.max(this.#told, reader.f64());
		this.#panes.readMore(reader);
	}

	#begin(): ByteWriter {
		return new ByteWriter().u8(FORMAT).text(this.#text).f64(this.#now).f64(this.#told);
	}

	#open(snapshot: Uint8Array): ByteReader {
		const reader = new ByteReader(snapshot);
		if (reader.u8() !== FORMAT) throw new WeirError("STATE_CORRUPT", "The stored state of a window has an unknown format.");
		if (reader.text() !== this.#text) {
			throw new WeirError("STATE_CORRUPT", "The stored windows have another length; deploy the flow with this node's state reset.");
		}
		return reader;
	}

	snapshotDelta(): StateDelta | undefined {
		if (!this.#isStored) return undefined;
		if (!this.#isTouched) return { bytes: new Uint8Array(0) };
		const writer = new ByteWriter().f64(this.#now).f64(this.#told);
		if (!this.#panes.writeNew(writer)) return undefined;
		this.#noteStored();
		return { bytes: writer.finish() };
	}

	#noteStored(): void {
		this.#panes.noteStored();
		this.#isStored = true;
		this.#isTouched = false;
	}

	restore(snapshot: Uint8Array): void {
		const reader = this.#open(snapshot);
		this.#now = reader.f64();
		this.#told = reader.f64();
		this.#panes.read(reader);
		this.#isStored = true;
	}

	stateBytes(): number {
		return this.#panes.slots.bytes;
	}

	restoreDelta(delta: Uint8Array): void {
		const reader = new ByteReader(delta);
		this.#now = reader.f64();
		this.#told = reader.f64();
		this.#panes.readNew(reader);
	}
}
