import type { LiveReports } from "@weir/backends";
import type { StoredJob } from "@weir/db";
import { exchangeOwner } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import { type EntryId, exchangeStream, type Log, type StreamRef } from "@weir/runtime";

export interface TrimmerParts {
	readonly log: Log;
	readonly reports: Pick<LiveReports, "ofJob">;
	/** Endpoints keep what came later than this, also when it was read; undefined: they keep only what is still to be read. */
	readonly keepFromMs: number | undefined;
}

interface Place {
	readonly stream: StreamRef;
	readonly partition: number;
	readonly least: EntryId;
}

/** Forgets what every live task has committed and nobody is promised any more (I11). Only streams of running jobs are touched. */
export async function trimStreams(parts: TrimmerParts, jobs: readonly { readonly job: StoredJob; readonly plan: Plan }[]): Promise<void> {
	const places = new Map<string, Place>();
	const held = new Set<string>();
	for (const { job, plan } of jobs) {
		const reports = job.state === "created" ? [] : await parts.reports.ofJob(job.id);
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
				const least = known === undefined || parts.log.compare(entry, known.least) < 0 ? entry : known.least;
				places.set(key, { stream, partition: Number(place.slice(slash + 1)), least });
				if (!isWhole) held.add(key);
			}
		}
	}
	for (const [key, { stream, partition, least }] of places) {
		if (held.has(key) || least === "") continue;
		const isEndpoint = stream.stream.startsWith("e:");
		const kept = isEndpoint && parts.keepFromMs !== undefined ? await parts.log.at(stream, partition, parts.keepFromMs) : least;
		const upTo = parts.log.compare(kept, least) < 0 ? kept : least;
		await parts.log.trim(stream, partition, upTo);
	}
}

/** Forgets what was sent to addresses that no flow reads, when it is older than anybody was promised. */
export async function trimUnread(
	{ log, keepFromMs }: { readonly log: Log; readonly keepFromMs: number },
	endpoints: readonly { readonly tenant: string; readonly id: string; readonly partitions: number }[],
): Promise<void> {
	for (const { tenant, id, partitions } of endpoints) {
		const stream = { tenant, stream: `e:${id}` };
		for (let partition = 0; partition < partitions; partition++) {
			await log.trim(stream, partition, await log.at(stream, partition, keepFromMs));
		}
	}
}

/** Forgets the exchanges of a job that has come to its end. */
export async function dropExchanges(log: Log, job: StoredJob, plan: Plan): Promise<void> {
	for (const { id, partitions } of plan.exchanges) {
		await log.drop(exchangeStream(job.tenant, exchangeOwner(job.id, job.carried, id), id), partitions);
	}
}
