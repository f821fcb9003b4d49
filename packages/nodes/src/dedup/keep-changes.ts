import type { Operator, OperatorContext } from "@weir/node-kit";
import { BoundedMap, type KeyShare, type KeyValue, KeyValues, readKey, storedByKey, writeKey } from "@weir/node-kit/state";
import { type ByteReader, type ByteWriter, type RecordBatch, select, selectionOf } from "@weir/records";
import type { DedupConfig } from "./definition.ts";

const FORMAT = 1;

interface Seen {
	/** The values of all other fields, as one. */
	readonly others: KeyValue;
	readonly timeMs: number;
}

/** Lets the first record of a key through, and each that differs in another field from the one before it. */
export function keepChanges(config: DedupConfig, context: OperatorContext): Operator {
	const names = context.input.fields.map(({ name }) => name);
	const keys = new KeyValues(context.input, config.keys);
	const others = new KeyValues(
		context.input,
		names.filter((name) => !config.keys.includes(name)),
	);
	const seen = new BoundedMap<Seen>({ most: config.maxKeys, forgetAfterMs: config.horizonMs });
	let passed = new Int32Array(0);
	let repeats = new Int32Array(0);

	function isRepeat(batch: RecordBatch, row: number): boolean {
		if (keys.hasNull(row)) return false;
		const key = keys.at(row);
		const now: Seen = { others: others.at(row), timeMs: batch.eventTimes[row] ?? 0 };
		const before = seen.get(key, batch.watermarks[row] ?? Number.NEGATIVE_INFINITY);
		if (before !== undefined && before.others === now.others && Math.abs(now.timeMs - before.timeMs) < config.horizonMs) return true;
		const expired = seen.set(key, now, now.timeMs);
		if (expired > 0) context.count("expired", expired);
		return false;
	}

	function write(writer: ByteWriter, share: KeyShare | undefined): void {
		const writeSeen = (value: Seen) => {
			writer.f64(value.timeMs);
			writeKey(writer, value.others);
		};
		seen.write(writer, writeSeen, share);
	}

	function read(reader: ByteReader): void {
		seen.read(reader, () => ({ timeMs: reader.f64(), others: readKey(reader) }));
	}

	return {
		onBatch(batch, emit) {
			keys.follow(batch.columns);
			others.follow(batch.columns);
			if (passed.length < batch.selected) {
				passed = new Int32Array(batch.selected * 2);
				repeats = new Int32Array(batch.selected * 2);
			}
			const rows = selectionOf(batch);
			let out = 0;
			let held = 0;
			for (let i = 0; i < batch.selected; i++) {
				const row = rows[i] ?? 0;
				if (isRepeat(batch, row)) repeats[held++] = row;
				else passed[out++] = row;
			}
			context.count("duplicate", held);
			if (held > 0) emit("duplicate", select(batch, repeats, held));
			if (out > 0) emit("out", out === batch.selected ? batch : select(batch, passed, out));
		},
		onWatermark(watermark) {
			seen.tidy(watermark);
		},
		...storedByKey("Dedup", FORMAT, { write, read }),
	};
}
