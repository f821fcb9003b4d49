import type { LiveReports } from "@weir/backends";
import type { SourceEndpoint, StoredJob } from "@weir/db";
import type { Plan } from "@weir/planner";
import { type EntryId, type Log, placeKey, placesOf, type StreamRef } from "@weir/runtime";

/** What trimmers use of the log. */
export type TrimmableLog = Pick<Log, "at" | "compare" | "read" | "state" | "trim">;

export interface HoldParts {
	readonly log: Log;
	readonly reports: Pick<LiveReports, "ofJob">;
	endpointsOf(job: StoredJob): Promise<readonly Pick<SourceEndpoint, "id" | "node">[]>;
}

/**
 * The log as trimmers may use it: nothing is forgotten that a replay, or a flow that was rewound, still has to read (I11). Such jobs only hold
 * back; what may be forgotten is said by the jobs that run the flows.
 */
export async function heldLog(
	{ log, reports, endpointsOf }: HoldParts,
	jobs: readonly { readonly job: StoredJob; readonly plan: Plan }[],
): Promise<TrimmableLog> {
	const holds = new Map<string, EntryId>();
	const nameOf = ({ tenant }: StreamRef, place: string) => `${tenant}/${place}`;
	for (const { job, plan } of jobs) {
		const { fromMs, tenant } = job;
		if (fromMs === undefined) continue;
		const endpoints = Object.fromEntries((await endpointsOf(job)).map(({ node, id }) => [node, id]));
		const reported: Record<string, EntryId> = {};
		const done = new Set<string>();
		for (const { position, isDone } of await reports.ofJob(job.id)) {
			Object.assign(reported, position);
			if (isDone) for (const place of Object.keys(position)) done.add(place);
		}
		for (const { stream, partition } of placesOf(tenant, plan, endpoints)) {
			const place = placeKey(stream, partition);
			if (done.has(place)) continue;
			const stands = reported[place] ?? job.startPosition?.[place] ?? (await log.at(stream, partition, fromMs));
			const name = nameOf(stream, place);
			const held = holds.get(name);
			if (held === undefined || log.compare(stands, held) < 0) holds.set(name, stands);
		}
	}
	const limited = (stream: StreamRef, partition: number, upTo: EntryId) => {
		const held = holds.get(nameOf(stream, placeKey(stream, partition)));
		return held === undefined || log.compare(upTo, held) <= 0 ? upTo : held;
	};
	return {
		at: async (stream, partition, timeMs) => limited(stream, partition, await log.at(stream, partition, timeMs)),
		compare: (a, b) => log.compare(a, b),
		read: (...args) => log.read(...args),
		state: (...args) => log.state(...args),
		trim: (stream, partition, upTo) => log.trim(stream, partition, limited(stream, partition, upTo)),
	};
}
