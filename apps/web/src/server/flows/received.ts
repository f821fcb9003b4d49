import { readFrame } from "@weir/records";
import { allPlaces, type Entry, type Log } from "@weir/runtime";

interface ReceivingEndpoint {
	readonly id: string;
	/** Partitions of each generation of its stream, oldest first. */
	readonly generations: readonly number[];
}

/** A record as it came through a door. */
export interface ReceivedRecord {
	readonly payload: Uint8Array;
	readonly key: string;
	readonly atMs: number;
}

/** How many records an endpoint has ever received, and when the last one came. */
export async function received(
	log: Pick<Log, "state" | "tail">,
	tenant: string,
	endpoint: ReceivingEndpoint,
): Promise<{ readonly records: number; readonly lastRecordAt?: number }> {
	const places = allPlaces(tenant, endpoint.id, endpoint.generations);
	const states = await Promise.all(places.map(({ stream, partition }) => log.state(stream, partition)));
	const filled = places.filter((_, i) => (states[i]?.records ?? 0) > 0);
	const newest = await Promise.all(filled.map(({ stream, partition }) => log.tail(stream, partition, 1)));
	const times = newest.flatMap(([entry]) => (entry === undefined ? [] : [readFrame(entry.frame).ingestTimeMs]));
	const records = states.reduce((sum, state) => sum + state.records, 0);
	return { records, ...(times.length === 0 ? {} : { lastRecordAt: Math.max(...times) }) };
}

/** The last records of an endpoint, newest first. */
export async function lastRecords(
	log: Pick<Log, "tail">,
	tenant: string,
	endpoint: ReceivingEndpoint,
	count: number,
): Promise<readonly ReceivedRecord[]> {
	const places = allPlaces(tenant, endpoint.id, endpoint.generations);
	const tails = await Promise.all(places.map(({ stream, partition }) => log.tail(stream, partition, 3)));
	return tails
		.flatMap((entries) => entries.flatMap(recordsOf))
		.sort((a, b) => b.atMs - a.atMs)
		.slice(0, count);
}

function recordsOf(entry: Entry): ReceivedRecord[] {
	const { ingestTimeMs, records } = readFrame(entry.frame);
	return records.map(({ payload, key }) => ({ payload, key, atMs: ingestTimeMs })).reverse();
}
