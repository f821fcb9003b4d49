import type { S3Target } from "@weir/connections/s3";
import { createFileWriter, type FileWriter } from "@weir/formats";
import type { CreateSink, OutputRange, OutsideMedium } from "@weir/node-kit";
import { isNullAt, type RecordBatch, type RecordSchema, select, selectionOf } from "@weir/records";
import type { S3SinkConfig } from "./definition.ts";
import { pathAt, pathBase, pathSpanMs } from "./path.ts";

/** So many files are not held open at once; records of more hours than this come only from very old streams. */
const MOST_PATHS = 200;
const UPLOADS_AT_ONCE = 4;
/** Furthest time of the calendar. */
const LAST_MS = 8.64e15;

export const createSink: CreateSink<S3SinkConfig, OutsideMedium<S3Target>> = (config, context) => {
	const spanMs = pathSpanMs(config.path);
	/** By time of the path. */
	const writers = new Map<number, FileWriter>();
	let receivedMs = 0;

	function writerAt(timeMs: number): FileWriter {
		const known = writers.get(timeMs);
		if (known !== undefined) return known;
		const made = createFileWriter(config.format, context.input, config.compression);
		writers.set(timeMs, made);
		return made;
	}

	function onBatch(batch: RecordBatch): void {
		const selection = selectionOf(batch);
		const rowsAt = new Map<number, number[]>();
		for (let i = 0; i < batch.selected; i++) {
			const row = selection[i] ?? 0;
			const fault = faultOf(batch, row, context.input, spanMs !== undefined);
			if (fault !== undefined) {
				context.reject(batch, row, "SINK_REJECTED", fault);
				continue;
			}
			receivedMs = Math.max(receivedMs, batch.ingestTimes[row] ?? 0);
			const timeMs = spanMs === undefined ? 0 : Math.floor((batch.eventTimes[row] ?? 0) / spanMs) * spanMs;
			const rows = rowsAt.get(timeMs);
			if (rows === undefined) rowsAt.set(timeMs, [row]);
			else rows.push(row);
		}
		for (const [timeMs, rows] of rowsAt) writerAt(timeMs).add(select(batch, Int32Array.from(rows), rows.length));
	}

	function pending() {
		let rows = 0;
		let bytes = 0;
		for (const writer of writers.values()) {
			rows += writer.rows;
			bytes += writer.bytes;
		}
		return { rows, bytes: writers.size > MOST_PATHS ? Number.POSITIVE_INFINITY : bytes };
	}

	/** Brings one file to the bucket, where it waits for the commit. */
	async function upload(target: S3Target, range: OutputRange, timeMs: number, writer: FileWriter): Promise<Uint8Array> {
		const { bytes, extension, contentType } = await writer.finish();
		const { partition, first, last, reading } = range;
		const folder = pathAt(config.path, range, timeMs);
		const key = `${folder === "" ? "" : `${folder}/`}p=${partition}/${first}-${last}-${reading}.${extension}`;
		const manifest = config.manifest ? { manifest: manifestOf(range) } : {};
		return target.upload({ key, body: bytes, contentType, rows: writer.rows, ...manifest });
	}

	function manifestOf(range: OutputRange): string {
		const base = pathAt(pathBase(config.path), range, 0);
		const hour = new Date(receivedMs).toISOString().slice(0, 13);
		return `${base === "" ? "" : `${base}/`}_manifest/${hour}/p=${range.partition}-${range.reading}.json`;
	}

	return {
		gathers: { rows: config.rollRows, bytes: config.rollBytes, ms: config.rollMs },
		onBatch,
		pending,
		async write({ target, range, stage }) {
			const files = [...writers];
			const tokens: Uint8Array[] = [];
			try {
				while (files.length > 0) {
					const some = files.splice(0, UPLOADS_AT_ONCE).map(([timeMs, writer]) => upload(target, range, timeMs, writer));
					const ended = await Promise.allSettled(some);
					tokens.push(...ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
					for (const one of ended) if (one.status === "rejected") throw one.reason;
				}
			} catch (error) {
				await target.abandon(tokens);
				throw error;
			}
			for (const token of tokens) stage(token);
			writers.clear();
		},
	};
};

/** Why a row cannot stand in a file; undefined: it can. */
function faultOf(batch: RecordBatch, row: number, { fields }: RecordSchema, hasTime: boolean): string | undefined {
	if (hasTime && !(Math.abs(batch.eventTimes[row] ?? 0) <= LAST_MS))
		return "Its event time is no time of the calendar, so no folder is named after it.";
	for (const [i, { name, type }] of fields.entries()) {
		const column = batch.columns[i];
		if ((type !== "integer" && type !== "timestamp") || column === undefined || isNullAt(column, row)) continue;
		const value = column.type === "integer" || column.type === "timestamp" ? (column.values[row] ?? 0) : 0;
		if (type === "integer" && !Number.isInteger(value)) return `The field ${name} holds ${value}, which is no whole number.`;
		if (type === "timestamp" && !(Math.abs(value) <= LAST_MS)) return `The field ${name} holds ${value}, which is no time of the calendar.`;
	}
	return undefined;
}
