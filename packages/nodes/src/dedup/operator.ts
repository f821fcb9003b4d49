import { WeirError } from "@weir/errors";
import type { CreateOperator } from "@weir/node-kit";
import { KeyWords, RecentKeys } from "@weir/node-kit/state";
import { ByteReader, ByteWriter, type Column, select, selectionOf } from "@weir/records";
import type { DedupConfig } from "./definition.ts";
import { keepChanges } from "./keep-changes.ts";
import { keepLast } from "./keep-last.ts";

const FORMAT = 3;
/** The next changes may be so much more than the last ones before memory for them is made again. */
const SPARE = 1.125;
const LEAST_BYTES = 1_024;

export const createOperator: CreateOperator<DedupConfig> = (config, context) => {
	if (config.keep === "last") return keepLast(config, context);
	if (config.keep === "changes") return keepChanges(config, context);
	const indexes = config.keys.map((name) => context.input.fields.findIndex((field) => field.name === name));
	const keys = new KeyWords(indexes.map((index) => context.input.fields[index]?.type ?? "text"));
	const spill = context.openSpill?.();
	const recent = new RecentKeys(keys, config.horizonMs, spill === undefined ? {} : { spill });
	let fresh = new Int32Array(0);
	let firsts = new Int32Array(0);
	let repeats = new Int32Array(0);
	/** What the last changes took: the next ones take about as much. */
	let deltaBytes = 0;

	return {
		onBatch(batch, emit) {
			const n = batch.selected;
			const selection = selectionOf(batch);
			if (fresh.length < n) {
				fresh = new Int32Array(n * 2);
				firsts = new Int32Array(n * 2);
				repeats = new Int32Array(n * 2);
			}
			const found = recent.firsts(columnsAt(batch.columns, indexes), selection, n, batch.eventTimes, batch.watermarks, fresh);
			if (found === n) {
				emit("out", batch);
				return;
			}
			let next = 0;
			for (let i = 0; i < n; i++) {
				const row = selection[i] ?? 0;
				if (next < found && fresh[next] === i) firsts[next++] = row;
				else repeats[i - next] = row;
			}
			context.count("duplicate", n - found);
			emit("duplicate", select(batch, repeats, n - found));
			if (found > 0) emit("out", select(batch, firsts, found));
		},
		onWatermark(watermark) {
			recent.advance(watermark);
		},
		snapshot() {
			const writer = new ByteWriter().u8(FORMAT);
			recent.write(writer);
			return writer.finish();
		},
		snapshotOf(share) {
			const writer = new ByteWriter().u8(FORMAT);
			recent.writeShare(writer, share);
			return writer.finish();
		},
		restore,
		absorb(snapshot) {
			restore(snapshot);
			recent.noteAll();
		},
		snapshotDelta() {
			const writer = new ByteWriter(deltaBytes * SPARE + LEAST_BYTES).u8(FORMAT);
			const latest = recent.writeFresh(writer);
			deltaBytes = writer.length;
			return latest === undefined ? { bytes: new Uint8Array(0) } : { bytes: writer.finish(), neededUntil: latest + config.horizonMs };
		},
		restoreDelta: restore,
		stateBytes: () => recent.bytes,
		close: () => recent.close(),
	};

	/** Snapshots and deltas are keys to remember beside those that are there. */
	function restore(stored: Uint8Array): void {
		const reader = new ByteReader(stored);
		if (reader.u8() !== FORMAT) throw new WeirError("STATE_CORRUPT", "The stored state of a Dedup node has an unknown format.");
		recent.read(reader);
	}
};

function columnsAt(columns: readonly Column[], indexes: readonly number[]): Column[] {
	return indexes.flatMap((index) => columns[index] ?? []);
}
