import type { LiveReports } from "@weir/backends";
import type { StoredJob } from "@weir/db";
import { exchangeOwner } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import { allPlaces, type EntryId, endpointOf, exchangeStream, type Log, type StreamRef } from "@weir/runtime";
import type { TrimmableLog } from "./holds.ts";

export interface TrimmerParts {
	readonly log: TrimmableLog;
	readonly reports: Pick<LiveReports, "ofJob">;
	/** An endpoint keeps what came later than this, also when it was read; undefined: it keeps only what is still to be read. */
	keepFromMs(endpoint: string): number | undefined;
}

/** How far every live task has read a partition. */
export interface ReadPlace {
	readonly stream: StreamRef;
	readonly partition: number;
	readonly least: EntryId;
	/** A task may stand anywhere. */
	readonly isUncertain: boolean;
}

/** Forgets what every live task has committed and nobody is promised any more (I11). Only streams of running jobs are touched. */
export async function trimStreams(
	{ log, keepFromMs }: Pick<TrimmerParts, "log" | "keepFromMs">,
	places: readonly ReadPlace[],
): Promise<void> {
	for (const { stream, partition, least, isUncertain } of places) {
		if (isUncertain || least === "") continue;
		const endpoint = endpointOf(stream);
		const fromMs = endpoint === undefined ? undefined : keepFromMs(endpoint);
		const kept = fromMs === undefined ? least : await log.at(stream, partition, fromMs);
		await log.trim(stream, partition, log.compare(kept, least) < 0 ? kept : least);
	}
}

/** How far the streams of these jobs are read, from what their tasks reported last. */
export async function readPlaces(
	{ log, reports: live }: Pick<TrimmerParts, "log" | "reports">,
	jobs: readonly { readonly job: StoredJob; readonly plan: Plan }[],
): Promise<readonly ReadPlace[]> {
	const places = new Map<string, ReadPlace>();
	for (const { job, plan } of jobs) {
		const reports = job.state === "created" ? [] : await live.ofJob(job.id);
		const expected = plan.stages.reduce((sum, stage) => sum + stage.partitions, 0);
		// A task that never reported may stand anywhere: its job's streams stay as they are.
		const isWhole = reports.length >= expected;
		for (const report of reports) {
			for (const [place, entry] of Object.entries(report.position)) {
				if (place.endsWith("+")) continue;
				const slash = place.lastIndexOf("/");
				const stream = { tenant: job.tenant, stream: place.slice(0, slash) };
				const key = `${job.tenant}/${place}`;
				const known = places.get(key);
				const least = known === undefined || log.compare(entry, known.least) < 0 ? entry : known.least;
				const isUncertain = !isWhole || known?.isUncertain === true;
				places.set(key, { stream, partition: Number(place.slice(slash + 1)), least, isUncertain });
			}
		}
	}
	return [...places.values()];
}

/** Forgets what was sent to addresses that no flow reads, when it is older than anybody was promised. */
export async function trimUnread(
	{ log, keepFromMs }: { readonly log: TrimmableLog; keepFromMs(endpoint: string): number },
	endpoints: readonly { readonly tenant: string; readonly id: string; readonly generations: readonly number[] }[],
): Promise<void> {
	for (const { tenant, id, generations } of endpoints) {
		for (const { stream, partition } of allPlaces(tenant, id, generations)) {
			await log.trim(stream, partition, await log.at(stream, partition, keepFromMs(id)));
		}
	}
}

/** Forgets the exchanges of a job that has come to its end. */
export async function dropExchanges(log: Log, job: StoredJob, plan: Plan): Promise<void> {
	for (const { id, partitions } of plan.exchanges) {
		await log.drop(exchangeStream(job.tenant, exchangeOwner(job.id, job.carried, id), id), partitions);
	}
}
