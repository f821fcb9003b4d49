import type { CreateOperator } from "@weir/node-kit";
import { BoundedMap, type KeyShare, KeyValues, storedByKey } from "@weir/node-kit/state";
import { type ByteReader, type ByteWriter, type Column, hashText, type RecordBatch, select, selectionOf, withColumns } from "@weir/records";
import type { SampleConfig } from "./definition.ts";

const FORMAT = 1;

export const createOperator: CreateOperator<SampleConfig> = (config, context) => {
	const keys = new KeyValues(context.input, config.keys);
	const output = context.outputs.out ?? context.input;
	const seen = new BoundedMap<number>({ most: config.maxKeys, forgetAfterMs: Number.POSITIVE_INFINITY });
	let kept = new Int32Array(0);

	function isKept(row: number): boolean {
		const key = keys.at(row);
		if (config.mode === "keys") return mixed(hashText(String(key))) % config.every === 0;
		const before = seen.get(key, 0) ?? 0;
		const expired = seen.set(key, (before + 1) % config.every, 0);
		if (expired > 0) context.count("expired", expired);
		return before === 0;
	}

	function weighted(batch: RecordBatch): RecordBatch {
		if (config.weight === "") return batch;
		const weight: Column = { type: "integer", values: new Float64Array(batch.length).fill(config.every) };
		return withColumns(batch, output, [...batch.columns, weight]);
	}

	function write(writer: ByteWriter, share: KeyShare | undefined): void {
		seen.write(writer, (count) => writer.u32(count), share);
	}

	function read(reader: ByteReader): void {
		seen.read(reader, () => reader.u32());
	}

	return {
		onBatch(batch, emit) {
			keys.follow(batch.columns);
			if (kept.length < batch.selected) kept = new Int32Array(batch.selected * 2);
			const rows = selectionOf(batch);
			let n = 0;
			for (let i = 0; i < batch.selected; i++) {
				const row = rows[i] ?? 0;
				if (isKept(row)) kept[n++] = row;
			}
			context.count("filtered", batch.selected - n);
			if (n > 0) emit("out", select(weighted(batch), kept, n));
		},
		...storedByKey("Sample", FORMAT, { write, read }),
	};
};

/** Partitions are chosen by the hash as it is: mixed once more, the choice of a sample has nothing to do with them. */
function mixed(hash: number): number {
	const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
	return (whole ^ (whole >>> 16)) >>> 0;
}
