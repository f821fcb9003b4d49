import type { Plan } from "@weir/planner";
import { countRecords, readFrameHeader } from "@weir/records";
import type { EntryId, Log, Position, StreamRef } from "./ports.ts";
import { allPlaces } from "./source-places.ts";
import { placeKey } from "./task-name.ts";

/** A partition of a source's stream, with the part of it that is to be read: behind `after`, up to `upTo`. */
export interface RangePlace {
	readonly stream: StreamRef;
	readonly partition: number;
	/** `<stream>/<partition>` */
	readonly place: string;
	readonly after: EntryId;
	readonly upTo: EntryId;
}

export interface SourceRange {
	readonly places: readonly RangePlace[];
	/** What was received at this time or later is all kept; undefined: nothing was ever forgotten. */
	readonly heldFromMs: number | undefined;
}

interface Read {
	readonly tenant: string;
	readonly plan: Plan;
	/** Endpoint by source node. */
	readonly endpoints: Readonly<Record<string, string>>;
	/** By time of receipt; the end is not among them, and absent it is all that was received. */
	readonly fromMs: number;
	readonly toMs?: number | undefined;
}

/** Where a range of what was received lies in the streams that a plan reads. */
export async function sourceRange(
	log: Pick<Log, "at" | "compare" | "heldFrom" | "state">,
	{ tenant, plan, endpoints, fromMs, toMs }: Read,
): Promise<SourceRange> {
	const least = (a: EntryId, b: EntryId) => (log.compare(a, b) < 0 ? a : b);
	const looks = placesOf(tenant, plan, endpoints).map(async ({ stream, partition }) => {
		const [{ last }, held, from, to] = await Promise.all([
			log.state(stream, partition),
			log.heldFrom(stream, partition),
			log.at(stream, partition, fromMs),
			toMs === undefined ? undefined : log.at(stream, partition, toMs),
		]);
		const upTo = to === undefined ? last : least(to, last);
		return { held, at: { stream, partition, place: placeKey(stream, partition), after: least(from, upTo), upTo } };
	});
	const found = await Promise.all(looks);
	const held = found.flatMap((each) => each.held ?? []);
	return { places: found.map((each) => each.at), heldFromMs: held.length === 0 ? undefined : Math.max(...held) };
}

/** The beginnings or the ends of a range as a position. */
export function positionOf(places: readonly RangePlace[], side: "after" | "upTo"): Position {
	return Object.fromEntries(places.map((each) => [each.place, each[side]]));
}

/** Each partition of each source's stream, once. */
export function placesOf(
	tenant: string,
	plan: Plan,
	endpoints: Readonly<Record<string, string>>,
): readonly { readonly stream: StreamRef; readonly partition: number }[] {
	return plan.stages.flatMap((stage) =>
		stage.inputs.flatMap((input) => {
			const endpoint = input.type === "source" ? endpoints[input.node] : undefined;
			if (endpoint === undefined || input.type !== "source") return [];
			return allPlaces(tenant, endpoint, [...(input.earlier ?? []), input.partitions]);
		}),
	);
}

const PIECE_BYTES = 256_000;

/** How many records lie in a range: counted, or reckoned from what could be counted in so many bytes per partition. */
export async function countRange(
	log: Pick<Log, "compare" | "read" | "tail">,
	places: readonly RangePlace[],
	limits: { readonly bytesEach: number; readonly toMs: number },
): Promise<{ readonly records: number; readonly isCounted: boolean }> {
	const counts = await Promise.all(places.map((place) => countPlace(log, place, limits)));
	return { records: Math.round(counts.reduce((sum, { records }) => sum + records, 0)), isCounted: counts.every((each) => each.isCounted) };
}

async function countPlace(
	log: Pick<Log, "compare" | "read" | "tail">,
	{ stream, partition, after, upTo }: RangePlace,
	{ bytesEach, toMs }: { readonly bytesEach: number; readonly toMs: number },
): Promise<{ records: number; isCounted: boolean }> {
	let records = 0;
	let bytes = 0;
	let at = after;
	let firstMs: number | undefined;
	let lastMs = 0;
	while (log.compare(at, upTo) < 0) {
		if (bytes >= bytesEach) {
			const endMs = Math.min(toMs, await newestMs(log, stream, partition));
			const covered = lastMs - (firstMs ?? lastMs);
			// Records come at all times alike, as far as is known.
			return { records: covered <= 0 ? records : (records * Math.max(endMs - (firstMs ?? 0), covered)) / covered, isCounted: false };
		}
		const [entries = []] = await log.read([{ stream, partition, after: at }], { maxBytes: PIECE_BYTES, waitMs: 0 });
		for (const { id, frame } of entries) {
			if (log.compare(id, upTo) > 0) return { records, isCounted: true };
			records += countRecords(frame);
			bytes += frame.length;
			lastMs = readFrameHeader(frame).ingestTimeMs;
			firstMs ??= lastMs;
			at = id;
		}
		if (entries.length === 0) break;
	}
	return { records, isCounted: true };
}

async function newestMs(log: Pick<Log, "tail">, stream: StreamRef, partition: number): Promise<number> {
	const [newest] = await log.tail(stream, partition, 1);
	return newest === undefined ? 0 : readFrameHeader(newest.frame).ingestTimeMs;
}
