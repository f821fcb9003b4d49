import { WeirError } from "@weir/errors";
import { type ColumnFrame, createDictionary, type Dictionary, decodeColumnFrame, type RecordBatch, select } from "@weir/records";
import type { Entry, StreamRef } from "./ports.ts";
import type { Deliver, InputContext, TaskInput } from "./task-input.ts";
import { placeKey } from "./task-name.ts";
import type { InputState } from "./task-state.ts";
import type { InputTime } from "./watermark-merge.ts";

const DICTIONARY_LIMIT = 262_144;

/** One partition of an exchange. Each producer that has not spoken yet holds the watermark back. */
export class ExchangeInput implements TaskInput {
	readonly place: string;
	readonly stream: StreamRef;
	readonly partition: number;
	readonly times: readonly InputTime[];
	position: string;
	records: number;
	isEnded: boolean;
	drainTo: string | undefined;
	readonly #deliver: readonly Deliver[];
	readonly #refuse: (batch: RecordBatch, row: number, reason: string) => void;
	readonly #producers = new Map<string, InputTime>();
	readonly #dictionaries = new Map<string, Dictionary>();
	#decoded: { readonly entry: Entry; readonly frame: ColumnFrame } | undefined;

	constructor(
		place: { readonly stream: StreamRef; readonly partition: number; readonly position: string },
		producers: number,
		state: InputState | undefined,
		deliver: readonly Deliver[],
		refuse: (batch: RecordBatch, row: number, reason: string) => void,
	) {
		this.#refuse = refuse;
		this.stream = place.stream;
		this.partition = place.partition;
		this.place = placeKey(place.stream, place.partition);
		this.position = place.position;
		this.records = state?.records ?? 0;
		this.isEnded = state?.isEnded ?? false;
		this.drainTo = state?.drainTo;
		this.#deliver = deliver;
		this.times = Array.from({ length: producers }, () => ({ watermark: Number.NEGATIVE_INFINITY, isIdle: false }));
		for (const [producer, said] of state?.producers ?? []) this.#hear(producer, said.watermark, said.isIdle);
	}

	take(entries: readonly Entry[], context: InputContext): void {
		for (const entry of entries) {
			const frame = this.#decode(entry);
			if (frame.batch !== undefined) {
				this.records += frame.batch.length;
				frame.batch.watermarks.fill(context.watermark());
				for (const deliver of this.#deliver) deliver(frame.batch);
			}
			this.#finish(entry, frame, context);
		}
		for (const [field, dictionary] of this.#dictionaries) if (dictionary.size > DICTIONARY_LIMIT) this.#dictionaries.delete(field);
	}

	recordsIn(entry: Entry): number {
		return this.#decode(entry).batch?.length ?? 0;
	}

	takeRecords(entry: Entry, from: number, to: number, context: InputContext): void {
		const { batch } = this.#decode(entry);
		if (batch === undefined || to <= from) return;
		this.records += to - from;
		batch.watermarks.fill(context.watermark());
		const rows = Int32Array.from({ length: to - from }, (_, i) => from + i);
		for (const deliver of this.#deliver) deliver(select(batch, rows, rows.length));
	}

	refuseRecord(entry: Entry, index: number, reason: string): void {
		const { batch } = this.#decode(entry);
		if (batch === undefined) return;
		this.records += 1;
		this.#refuse(batch, index, reason);
	}

	finish(entry: Entry, context: InputContext): void {
		this.#finish(entry, this.#decode(entry), context);
	}

	rest(): boolean {
		return false;
	}

	end(): void {
		this.isEnded = true;
	}

	state(): InputState {
		const { records, isEnded, drainTo } = this;
		return { records, greatest: Number.NEGATIVE_INFINITY, isIdle: false, isEnded, drainTo, producers: this.#producers };
	}

	/** The last one is kept: who goes through an entry in pieces asks for it many times. */
	#decode(entry: Entry): ColumnFrame {
		if (this.#decoded?.entry !== entry)
			this.#decoded = { entry, frame: decodeColumnFrame(entry.frame, (field) => this.#dictionary(field)) };
		return this.#decoded.frame;
	}

	#finish(entry: Entry, { producer, watermark, isIdle }: ColumnFrame, context: InputContext): void {
		this.#hear(producer, watermark, isIdle);
		this.#decoded = undefined;
		this.position = entry.id;
		this.isEnded = this.times.every((time) => time.watermark === Number.POSITIVE_INFINITY);
		context.advance();
	}

	#hear(producer: string, watermark: number, isIdle: boolean): void {
		let time = this.#producers.get(producer);
		if (time === undefined) {
			time = this.times[this.#producers.size];
			if (time === undefined) {
				throw new WeirError("STATE_CORRUPT", `An exchange has more than the ${this.times.length} producers that its plan says.`);
			}
			this.#producers.set(producer, time);
		}
		time.watermark = Math.max(time.watermark, watermark);
		time.isIdle = isIdle;
	}

	#dictionary(field: string): Dictionary {
		const known = this.#dictionaries.get(field);
		if (known !== undefined) return known;
		const dictionary = createDictionary();
		this.#dictionaries.set(field, dictionary);
		return dictionary;
	}
}
