import { WeirError } from "@weir/errors";
import type { Exchange } from "@weir/planner";
import { type Column, encodeBatchFrames, encodeWatermarkFrame, partitionRows, type RecordBatch, select, selectionOf } from "@weir/records";
import type { LogOutput, StreamRef } from "./ports.ts";

type Append = LogOutput["appends"][number];

/** Regroups the rows that leave a stage and holds them as frames until the commit. */
export class ExchangeWriter {
	readonly exchange: Exchange;
	readonly #stream: StreamRef;
	readonly #producer: string;
	readonly #columns: readonly number[];
	#appends: Append[] = [];
	#bytes = 0;
	#rows = 0;
	#partitionOfRow = new Int32Array(1024);
	#told: { watermark: number; isIdle: boolean };

	/** `told` is the watermark that the last commit told the readers. */
	constructor(exchange: Exchange, stream: StreamRef, producer: string, told: number) {
		this.exchange = exchange;
		this.#stream = stream;
		this.#producer = producer;
		this.#told = { watermark: told, isIdle: false };
		this.#columns = exchange.fields.map((name) => {
			const column = exchange.schema.fields.findIndex((field) => field.name === name);
			if (column < 0)
				throw new WeirError("INVARIANT_BROKEN", `The exchange ${exchange.id} groups by ${name}, which its records do not have.`);
			return column;
		});
	}

	get bytes(): number {
		return this.#bytes;
	}

	get rows(): number {
		return this.#rows;
	}

	/** Watermark that readers know after the last commit. */
	get told(): number {
		return this.#told.watermark;
	}

	/** Frames carry the watermark told before them: rows of the same commit may still be older than the new one. */
	write(batch: RecordBatch): void {
		const { partitions } = this.exchange;
		const state = { producer: this.#producer, watermark: this.#told.watermark, isIdle: false };
		for (const [partition, rows] of this.#split(batch, partitions)) {
			for (const { frame, records } of encodeBatchFrames(rows, state)) {
				this.#appends.push({ stream: this.#stream, partition, frame, records });
				this.#bytes += frame.length;
			}
		}
		this.#rows += batch.selected;
	}

	/** True when the readers would learn something from `tell`. */
	hasNews(watermark: number, isIdle: boolean): boolean {
		return this.#rows > 0 || watermark > this.#told.watermark || isIdle !== this.#told.isIdle;
	}

	/** What this commit appends: the rows, then the watermark to every partition. */
	take(watermark: number, isIdle: boolean, nowMs: number): readonly Append[] {
		const appends = this.#appends;
		if (watermark > this.#told.watermark || isIdle !== this.#told.isIdle || (isIdle && appends.length > 0)) {
			this.#told = { watermark: Math.max(watermark, this.#told.watermark), isIdle };
			const frame = encodeWatermarkFrame({ producer: this.#producer, ...this.#told }, nowMs);
			for (let partition = 0; partition < this.exchange.partitions; partition++) {
				appends.push({ stream: this.#stream, partition, frame, records: 0 });
			}
		}
		this.#appends = [];
		this.#bytes = 0;
		this.#rows = 0;
		return appends;
	}

	#split(batch: RecordBatch, partitions: number): Iterable<readonly [number, RecordBatch]> {
		if (partitions === 1) return [[0, batch]];
		if (this.#partitionOfRow.length < batch.length) this.#partitionOfRow = new Int32Array(batch.length * 2);
		partitionRows(batch, this.#grouping(batch), partitions, this.#partitionOfRow);
		const rows = selectionOf(batch);
		const counts = new Int32Array(partitions);
		for (let i = 0; i < batch.selected; i++) {
			const partition = this.#partitionOfRow[rows[i] ?? 0] ?? 0;
			counts[partition] = (counts[partition] ?? 0) + 1;
		}
		const groups = Array.from(counts, (count) => new Int32Array(count));
		const filled = new Int32Array(partitions);
		for (let i = 0; i < batch.selected; i++) {
			const row = rows[i] ?? 0;
			const partition = this.#partitionOfRow[row] ?? 0;
			const group = groups[partition];
			const at = filled[partition] ?? 0;
			if (group !== undefined) group[at] = row;
			filled[partition] = at + 1;
		}
		return groups.flatMap((group, partition) => (group.length === 0 ? [] : [[partition, select(batch, group, group.length)] as const]));
	}

	#grouping(batch: RecordBatch): readonly Column[] {
		if (this.#columns.length === 0) return batch.keys === undefined ? [] : [batch.keys];
		return this.#columns.flatMap((index) => batch.columns[index] ?? []);
	}
}
