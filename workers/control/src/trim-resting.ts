import type { StoredAncestor, StoredJob } from "@weir/db";
import { countRecords } from "@weir/records";
import { allPlaces, type EntryId, type Lineage, placeKey, type StreamRef } from "@weir/runtime";
import type { TrimmableLog } from "./holds.ts";

export interface TrimRestingParts {
	readonly log: TrimmableLog;
	readonly lineage: Pick<Lineage, "standing">;
	ancestor(job: string): Promise<StoredAncestor | undefined>;
	/** Tells the flow's people. */
	tell(job: StoredJob, records: number): Promise<void>;
	/** What came to an endpoint before this is forgotten. */
	keepFromMs(endpoint: string): number;
}

const READ_BYTES = 1_000_000;

/**
 * A flow that rests keeps on being sent records. What is older than the log promises to keep is forgotten, read or not, so that it cannot fill
 * the log for all; what was never read is counted and said (I11).
 */
export async function trimResting(parts: TrimRestingParts, jobs: readonly StoredJob[]): Promise<void> {
	for (const job of jobs) {
		const ancestor = await parts.ancestor(job.id);
		let unread = 0;
		for (const stage of ancestor?.plan.stages ?? []) {
			for (const input of stage.inputs) {
				const endpoint = input.type === "source" ? ancestor?.endpoints[input.node] : undefined;
				if (ancestor === undefined || endpoint === undefined || input.type !== "source") continue;
				// Of an earlier generation any of the few tasks that read a partition stands for all, and its own number is one of theirs.
				for (const { stream, partition } of allPlaces(job.tenant, endpoint, [...(input.earlier ?? []), input.partitions])) {
					const upTo = await parts.log.at(stream, partition, parts.keepFromMs(endpoint));
					const { first } = await parts.log.state(stream, partition);
					if (first === undefined || parts.log.compare(first, upTo) > 0) continue;
					// A sink whose database is gone for good must not keep the stream for ever: then all that goes counts as unread.
					const standing = await parts.lineage.standing(ancestor, stage, partition).catch(() => undefined);
					const place = placeKey(stream, partition);
					unread += await recordsBetween(parts.log, stream, partition, standing?.position[place] ?? job.startPosition?.[place] ?? "", upTo);
					await parts.log.trim(stream, partition, upTo);
				}
			}
		}
		if (unread > 0) await parts.tell(job, unread);
	}
}

export function forgottenText({ state }: StoredJob, records: number): string {
	const was = state === "failed" ? "has failed" : "is stopped";
	return `${records.toLocaleString("en")} records became older than their stream keeps them, while the flow ${was}: they are forgotten, and it will never read them. Resume it to lose no more.`;
}

async function recordsBetween(log: TrimmableLog, stream: StreamRef, partition: number, after: EntryId, upTo: EntryId): Promise<number> {
	let records = 0;
	for (let place = after; log.compare(place, upTo) < 0; ) {
		const [entries = []] = await log.read([{ stream, partition, after: place }], { maxBytes: READ_BYTES, waitMs: 0 });
		const old = entries.filter((entry) => log.compare(entry.id, upTo) <= 0);
		for (const entry of old) records += countRecords(entry.frame);
		const last = old.at(-1);
		if (last === undefined) break;
		place = last.id;
	}
	return records;
}
