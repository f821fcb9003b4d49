import type { CreateSink, LogMedium } from "@weir/node-kit";
import { type RecordBatch, rowAsJson, selectionOf } from "@weir/records";
import type { LogSinkConfig } from "./definition.ts";

const encoder = new TextEncoder();

/** Name of the capped list within the node. Entries are JSON: `{"time": ISO event time, "record": {…}}`. */
const LIST = "newest";

export const createSink: CreateSink<LogSinkConfig, LogMedium> = (config) => {
	let entries: Uint8Array[] = [];
	let bytes = 0;

	function keep(batch: RecordBatch): void {
		const selection = selectionOf(batch);
		// Only the newest can survive the commit, so older ones are not even written down.
		for (let i = Math.max(0, batch.selected - config.keep); i < batch.selected; i++) {
			const row = selection[i] ?? 0;
			const time = new Date(batch.eventTimes[row] ?? 0);
			const entry = encoder.encode(`{"time":${JSON.stringify(time)},"record":${rowAsJson(batch, row)}}`);
			entries.push(entry);
			bytes += entry.length;
		}
		if (entries.length <= config.keep) return;
		for (const dropped of entries.splice(0, entries.length - config.keep)) bytes -= dropped.length;
	}

	return {
		onBatch: keep,
		pending: () => ({ rows: entries.length, bytes }),
		async write(medium) {
			medium.appendCapped(LIST, entries, config.keep);
			entries = [];
			bytes = 0;
		},
	};
};
