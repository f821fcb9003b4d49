import type { StoredAncestor, StoredJob } from "@weir/db";
import { endpointOf, type Lineage, type Log, placeKey, placesOf } from "@weir/runtime";

export interface RestGapParts {
	readonly log: Pick<Log, "at" | "compare" | "heldFrom">;
	readonly lineage: Pick<Lineage, "standing">;
	ancestor(job: string): Promise<StoredAncestor | undefined>;
	/** Tells the flow's people. */
	tell(job: StoredJob, heldFromMs: number): Promise<void>;
}

/**
 * Tells, once for each rest, of flows that rested until records that they had not read left the store of old records too (I11). How many they
 * were cannot be counted any more.
 */
export class RestGaps {
	readonly #parts: RestGapParts;
	readonly #told = new Set<string>();

	constructor(parts: RestGapParts) {
		this.#parts = parts;
	}

	async look(jobs: readonly StoredJob[]): Promise<void> {
		for (const job of jobs) {
			if (this.#told.has(job.id)) continue;
			const heldFromMs = await this.#gapOf(job);
			if (heldFromMs === undefined) continue;
			await this.#parts.tell(job, heldFromMs);
			this.#told.add(job.id);
		}
		const resting = new Set(jobs.map(({ id }) => id));
		for (const id of this.#told) if (!resting.has(id)) this.#told.delete(id);
	}

	async #gapOf(job: StoredJob): Promise<number | undefined> {
		const { log, lineage } = this.#parts;
		const ancestor = await this.#parts.ancestor(job.id);
		if (ancestor === undefined) return undefined;
		let greatest: number | undefined;
		for (const { stream, partition } of placesOf(job.tenant, ancestor.plan, ancestor.endpoints)) {
			const heldFromMs = await log.heldFrom(stream, partition);
			if (heldFromMs === undefined) continue;
			const place = placeKey(stream, partition);
			const reads = ancestor.plan.stages.filter((stage) =>
				stage.inputs.some((input) => input.type === "source" && ancestor.endpoints[input.node] === endpointOf(stream)),
			);
			for (const stage of reads) {
				const standing = await lineage.standing(ancestor, stage, partition).catch(() => undefined);
				const stands = standing?.position[place] ?? job.startPosition?.[place];
				// What came in the last millisecond before may have been read.
				if (stands === undefined || log.compare(stands, await log.at(stream, partition, heldFromMs - 1)) >= 0) continue;
				greatest = Math.max(greatest ?? 0, heldFromMs);
			}
		}
		return greatest;
	}
}

export function restGapText(heldFromMs: number): string {
	return `What was received before ${new Date(heldFromMs).toISOString()} is older than old records are kept, and the flow has not read all of it: it will never read the rest. Resume it to lose no more.`;
}
