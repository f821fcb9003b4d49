import { WeirError } from "@weir/errors";
import type { CreateOperator } from "@weir/node-kit";
import { BoundedMap, type KeyShare, KeyValues, storedByKey } from "@weir/node-kit/state";
import { type ByteReader, type ByteWriter, type Column, type RecordBatch, select, selectionOf, withColumns } from "@weir/records";
import type { SequenceGuardConfig } from "./definition.ts";
import { SeenNumbers } from "./seen-numbers.ts";

const FORMAT = 1;

export const createOperator: CreateOperator<SequenceGuardConfig> = (config, context) => {
	const keys = new KeyValues(context.input, config.keys);
	const sequence = new KeyValues(context.input, [config.sequence]);
	const output = context.outputs.out ?? context.input;
	const seen = new BoundedMap<SeenNumbers>({ most: config.maxKeys, forgetAfterMs: config.forgetAfterMs });
	let rows = { new: new Int32Array(0), repeat: new Int32Array(0), behind: new Int32Array(0) };

	function judge(batch: RecordBatch, row: number, number: number): ReturnType<SeenNumbers["take"]> {
		const key = keys.at(row);
		const timeMs = batch.eventTimes[row] ?? 0;
		const watermark = batch.watermarks[row] ?? Number.NEGATIVE_INFINITY;
		const before = seen.get(key, watermark);
		const verdict = before?.take(number) ?? { how: "new" as const, missing: 0 };
		// What is refused does not keep a key alive.
		if (verdict.how !== "new") return verdict;
		const expired = seen.set(key, before ?? SeenNumbers.begin(config.window, number), Math.max(timeMs, watermark));
		if (expired > 0) context.count("expired", expired);
		return verdict;
	}

	function write(writer: ByteWriter, share: KeyShare | undefined): void {
		writer.u32(config.window);
		seen.write(writer, (numbers) => numbers.write(writer), share);
	}

	function read(reader: ByteReader): void {
		if (reader.u32() !== config.window)
			throw new WeirError(
				"STATE_CORRUPT",
				"The stored numbers of a Sequence guard have another form; deploy the flow with this node's state reset.",
			);
		seen.read(reader, () => SeenNumbers.read(reader, config.window));
	}

	return {
		onBatch(batch, emit) {
			const n = batch.selected;
			keys.follow(batch.columns);
			sequence.follow(batch.columns);
			if (rows.new.length < n) {
				const room = () => new Int32Array(n * 2);
				rows = { new: room(), repeat: room(), behind: room() };
			}
			const counts = { new: 0, repeat: 0, behind: 0 };
			const missing = new Float64Array(config.gapAs === "" ? 0 : batch.length);
			const selection = selectionOf(batch);
			let failed = 0;
			for (let i = 0; i < n; i++) {
				const row = selection[i] ?? 0;
				const number = sequence.at(row);
				if (typeof number !== "number" || !Number.isSafeInteger(number)) {
					context.reject(batch, row, "RECORD_SCHEMA_MISMATCH", `${config.sequence} is ${number} and should be a whole number.`);
					failed += 1;
					continue;
				}
				const verdict = judge(batch, row, number);
				rows[verdict.how][counts[verdict.how]++] = row;
				if (config.gapAs !== "") missing[row] = verdict.missing;
			}
			context.count("duplicate", counts.repeat);
			context.count("filtered", counts.behind);
			if (counts.repeat > 0) emit("duplicate", select(batch, rows.repeat, counts.repeat));
			if (counts.behind > 0) emit("rejected", select(batch, rows.behind, counts.behind));
			if (counts.new === 0) return;
			const gap: Column = { type: "integer", values: missing };
			const whole = config.gapAs === "" ? batch : withColumns(batch, output, [...batch.columns, gap]);
			emit("out", counts.new === n && failed === 0 ? whole : select(whole, rows.new, counts.new));
		},
		onWatermark(watermark) {
			seen.tidy(watermark);
		},
		...storedByKey("Sequence guard", FORMAT, { write, read }),
	};
};
