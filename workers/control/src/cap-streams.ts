import type { MeasuredLog } from "@weir/backends";
import type { ChosenRetention } from "@weir/db";
import { countRecords, formatDuration, formatSize, readFrameHeader } from "@weir/records";
import { allPlaces, type EntryId, placeKey, type StreamRef } from "@weir/runtime";
import type { ReadPlace } from "./trimmer.ts";

/** Records that the hard cap of a stream took. */
export interface CappedRecords {
	/** Younger than the stream was to keep them. */
	readonly early: number;
	/** Among those that went: what no running version had read. */
	readonly unread: number;
}

export interface CapParts {
	readonly log: Pick<MeasuredLog, "bytes" | "read" | "trim" | "compare">;
	/** From when on a stream is to keep its records. */
	keepFromMs(endpoint: string): number;
	/** Is told before anything goes, so that nothing goes uncounted. */
	tell(stream: ChosenRetention, gone: CappedRecords): Promise<void>;
}

const READ_BYTES = 1_000_000;
/** A partition whose share is not over by this much is left alone: the size is an estimate. */
const TOLERANCE = 0.02;

/** Holds streams to the most bytes that they may keep: the oldest records go, read or not (the hard cap of I11). */
export async function capStreams(parts: CapParts, streams: readonly ChosenRetention[], places: readonly ReadPlace[]): Promise<void> {
	const read = new Map(places.map((place) => [`${place.stream.tenant}/${placeKey(place.stream, place.partition)}`, place]));
	for (const capped of streams) {
		if (capped.maxBytes === undefined) continue;
		const all = allPlaces(capped.tenant, capped.endpoint, capped.generations);
		const sizes = await Promise.all(all.map(({ stream, partition }) => parts.log.bytes(stream, partition)));
		const size = sizes.reduce((sum, bytes) => sum + bytes, 0);
		if (size <= capped.maxBytes * (1 + TOLERANCE)) continue;
		const share = 1 - capped.maxBytes / size;
		let early = 0;
		let unread = 0;
		const cuts: { readonly stream: StreamRef; readonly partition: number; readonly upTo: EntryId }[] = [];
		for (const [i, { stream, partition }] of all.entries()) {
			const place = read.get(`${capped.tenant}/${placeKey(stream, partition)}`);
			const cut = await oldest(parts, stream, partition, {
				bytes: (sizes[i] ?? 0) * share,
				keepFromMs: parts.keepFromMs(capped.endpoint),
				read: place === undefined || place.isUncertain ? "" : place.least,
			});
			early += cut.early;
			unread += cut.unread;
			if (cut.upTo !== "") cuts.push({ stream, partition, upTo: cut.upTo });
		}
		if (early + unread > 0) await parts.tell(capped, { early, unread });
		for (const { stream, partition, upTo } of cuts) await parts.log.trim(stream, partition, upTo);
	}
}

/** The oldest entries of a partition that take so many bytes, and how many of their records go too soon. */
async function oldest(
	{ log }: CapParts,
	stream: StreamRef,
	partition: number,
	{ bytes, keepFromMs, read }: { readonly bytes: number; readonly keepFromMs: number; readonly read: EntryId },
): Promise<CappedRecords & { readonly upTo: EntryId }> {
	let early = 0;
	let unread = 0;
	let upTo: EntryId = "";
	for (let left = bytes; left > 0; ) {
		const [entries = []] = await log.read([{ stream, partition, after: upTo }], { maxBytes: READ_BYTES, waitMs: 0 });
		if (entries.length === 0) break;
		for (const { id, frame } of entries) {
			// An entry that would go only in part stays.
			if (frame.byteLength > left) return { early, unread, upTo };
			left -= frame.byteLength;
			const records = countRecords(frame);
			if (readFrameHeader(frame).ingestTimeMs >= keepFromMs) early += records;
			if (log.compare(id, read) > 0) unread += records;
			upTo = id;
		}
	}
	return { early, unread, upTo };
}

const TELL_EVERY_MS = 600_000;

/** Tells of capped streams at once, and of those that stay full every ten minutes: a line at each round would bury all others. */
export class CapTeller {
	readonly #waiting = new Map<string, CappedRecords & { readonly toldAtMs: number }>();

	/** What is to be told now; undefined: it waits for the next time. */
	add(endpoint: string, { early, unread }: CappedRecords, nowMs: number): CappedRecords | undefined {
		const before = this.#waiting.get(endpoint);
		const sum = { early: early + (before?.early ?? 0), unread: unread + (before?.unread ?? 0) };
		if (before !== undefined && nowMs - before.toldAtMs < TELL_EVERY_MS) {
			this.#waiting.set(endpoint, { ...sum, toldAtMs: before.toldAtMs });
			return undefined;
		}
		this.#waiting.set(endpoint, { early: 0, unread: 0, toldAtMs: nowMs });
		return sum;
	}
}

/** What the flow's people read. */
export function cappedText(
	{ node, maxBytes }: Pick<ChosenRetention, "node" | "maxBytes">,
	{ early, unread }: CappedRecords,
	keepMs: number,
): string {
	const full = `The stream of source ${node} holds more than the ${formatSize(maxBytes ?? 0)} that it may`;
	const soon = early === 0 ? "" : `${count(early)} went before they were ${formatDuration(keepMs)} old`;
	const lost = unread === 0 ? "" : `${count(unread)} went that no running version had read`;
	return `${full}: ${[soon, lost].filter((part) => part !== "").join(", and ")}. Give the stream more room, keep records for less time, or let the flow catch up.`;
}

function count(records: number): string {
	return records === 1 ? "1 record" : `${records.toLocaleString("en")} records`;
}
