import type { EntryId, StreamRef } from "@weir/runtime";

/** Key of the Redis stream that holds the frames of a partition. */
export function streamKey(ref: StreamRef, partition: number): string {
	return `{t:${ref.tenant}}:s:${ref.stream}:${partition}`;
}

/** Key of the hash beside it: `records`, `last`, `trimmed`, `sealed`, and `p:<producer>` with the last sequence number of each producer. */
export function stateKey(ref: StreamRef, partition: number): string {
	return `{t:${ref.tenant}}:m:${ref.stream}:${partition}`;
}

/** The stream whose message ids this one shares: the first generation stands for all. */
export function familyOf(ref: StreamRef): StreamRef {
	const [family = ref.stream, generation] = ref.stream.startsWith("e:") ? ref.stream.split("~") : [];
	return generation === undefined ? ref : { tenant: ref.tenant, stream: family };
}

/** Key of the set of message ids seen by a stream in one bucket of time; a bucket is half a horizon long. */
export function seenKey(ref: StreamRef, bucket: number): string {
	return `{t:${ref.tenant}}:i:${familyOf(ref).stream}:${bucket}`;
}

/** Orders Redis stream ids (`<ms>-<n>`); `""` comes before all. */
export function compareEntryIds(a: EntryId, b: EntryId): number {
	if (a === b) return 0;
	if (a === "") return -1;
	if (b === "") return 1;
	const [aMs, aN] = split(a);
	const [bMs, bN] = split(b);
	return Math.sign(aMs - bMs || aN - bN);
}

/** More entries than this are never appended within a millisecond. */
const GREATEST_OF_A_MILLISECOND = 999_999_999;

/** The place right before all entries appended at this time or later. */
export function entryIdAt(timeMs: number): EntryId {
	const before = Math.ceil(timeMs) - 1;
	return before < 0 ? "" : `${before}-${GREATEST_OF_A_MILLISECOND}`;
}

/** When the entry was appended. */
export function timeOfEntryId(id: EntryId): number {
	return split(id)[0];
}

/** The smallest id after the given one. */
export function nextEntryId(id: EntryId): EntryId {
	const [ms, n] = split(id);
	return `${ms}-${n + 1}`;
}

function split(id: EntryId): readonly [number, number] {
	const dash = id.indexOf("-");
	return dash < 0 ? [Number(id), 0] : [Number(id.slice(0, dash)), Number(id.slice(dash + 1))];
}
