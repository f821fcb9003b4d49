import type { CreateOperator } from "@weir/node-kit";
import { BoundedMap, type KeyShare, type KeyValue, KeyValues, readKey, storedByKey, writeKey } from "@weir/node-kit/state";
import { type ByteReader, type ByteWriter, type RecordBatch, select, selectionOf } from "@weir/records";
import { type OnChangeConfig, watchedOf } from "./definition.ts";

const FORMAT = 1;

interface Reference {
	readonly values: readonly KeyValue[];
	/** Event time of the last record that was let through. */
	readonly passedMs: number;
}

export const createOperator: CreateOperator<OnChangeConfig> = (config, context) => {
	const watched = watchedOf(config, context.input);
	const keys = new KeyValues(context.input, config.keys);
	const readers = watched.map(({ field }) => new KeyValues(context.input, [field]));
	const known = new BoundedMap<Reference>({ most: config.maxKeys, forgetAfterMs: config.forgetAfterMs });
	let passed = new Int32Array(0);

	function isChanged(before: Reference, row: number, timeMs: number): boolean {
		if (config.atLeastEveryMs > 0 && timeMs - before.passedMs >= config.atLeastEveryMs) return true;
		return watched.some(({ band, unit }, i) => differs(before.values[i] ?? null, readers[i]?.at(row) ?? null, band, unit === "percent"));
	}

	/** Is the row let through? Remembers it. */
	function judge(batch: RecordBatch, row: number): boolean {
		const timeMs = batch.eventTimes[row] ?? 0;
		const key = keys.at(row);
		const before = known.get(key, batch.watermarks[row] ?? Number.NEGATIVE_INFINITY);
		const passes = before === undefined ? config.passFirst : isChanged(before, row, timeMs);
		const isReference = before === undefined || passes || config.against === "seen";
		const values = isReference ? readers.map((reader) => reader.at(row)) : before.values;
		const passedMs = passes || before === undefined ? timeMs : before.passedMs;
		const expired = known.set(
			key,
			isReference || passes ? { values, passedMs } : before,
			Math.max(timeMs, batch.watermarks[row] ?? timeMs),
		);
		if (expired > 0) context.count("expired", expired);
		return passes;
	}

	function write(writer: ByteWriter, share: KeyShare | undefined): void {
		const writeReference = ({ values, passedMs }: Reference) => {
			writer.f64(passedMs);
			for (const value of values) writeKey(writer, value);
		};
		known.write(writer, writeReference, share);
	}

	function read(reader: ByteReader): void {
		known.read(reader, () => {
			const passedMs = reader.f64();
			return { passedMs, values: watched.map(() => readKey(reader)) };
		});
	}

	return {
		onBatch(batch, emit) {
			keys.follow(batch.columns);
			for (const reader of readers) reader.follow(batch.columns);
			if (passed.length < batch.selected) passed = new Int32Array(batch.selected * 2);
			const rows = selectionOf(batch);
			let n = 0;
			for (let i = 0; i < batch.selected; i++) {
				const row = rows[i] ?? 0;
				if (judge(batch, row)) passed[n++] = row;
			}
			context.count("filtered", batch.selected - n);
			if (n > 0) emit("out", n === batch.selected ? batch : select(batch, passed, n));
		},
		onWatermark(watermark) {
			known.tidy(watermark);
		},
		...storedByKey("On change", FORMAT, { write, read }),
	};
};

function differs(before: KeyValue, now: KeyValue, band: number, isPercent: boolean): boolean {
	if (typeof before !== "number" || typeof now !== "number") return before !== now;
	return Math.abs(now - before) > (isPercent ? (Math.abs(before) * band) / 100 : band);
}
