import type { LiveReports } from "@weir/backends";
import type { StoredJob, WorkerStore } from "@weir/db";
import type { Plan } from "@weir/planner";
import { endpointOf, type Log, type Position } from "@weir/runtime";

export interface HandOverParts {
	readonly store: Pick<WorkerStore, "liveJob" | "job" | "beginHandOver" | "endHandOver" | "addEvent">;
	readonly log: Pick<Log, "compare" | "read">;
	readonly reports: Pick<LiveReports, "ofJob">;
	/** Retires a job for good and answers how far it had come. */
	end(previous: StoredJob, next: Plan): Promise<Position>;
}

/** So little between two readers of a partition counts as caught up: what is left takes no second. */
const NEAR_BYTES = 256_000;
const LOOK_EVERY_MS = 1_500;

/**
 * Lets a replay without end take over from the version that runs. Both read the same streams and write to different places, so neither needs the
 * other's state: the old version is stopped at a commit when the new one is near, and the new one becomes the one that runs once it has passed
 * that commit. Each step is stored before the next, so that whoever leads after a death goes on with it.
 */
export class HandOver {
	readonly #parts: HandOverParts;
	readonly #lookedAtMs = new Map<string, number>();

	constructor(parts: HandOverParts) {
		this.#parts = parts;
	}

	async step(job: StoredJob, plan: Plan, nowMs: number): Promise<void> {
		const { store } = this.#parts;
		// One that failed while it took over is what the flow is now: what ran before is stopped already.
		if (job.previous !== undefined) return job.state === "failed" ? this.#finish(job) : this.#goOn(job, plan, job.previous);
		if (nowMs - (this.#lookedAtMs.get(job.id) ?? 0) < LOOK_EVERY_MS) return;
		this.#lookedAtMs.set(job.id, nowMs);
		const live = await store.liveJob(job);
		if (live === undefined) return this.#finish(job);
		// Who paused or stopped the flow does not want it to run.
		const isOver = live.state === "failed" || live.state === "finished";
		if (!isOver && (live.state !== "running" || live.wanted !== "running")) return;
		if (await this.#isNear(job, live)) await store.beginHandOver(job.id, live.id);
	}

	async #goOn(job: StoredJob, plan: Plan, previous: string): Promise<void> {
		const live = await this.#parts.store.job(previous);
		const end = live === undefined ? {} : await this.#parts.end(live, plan);
		const mine = await this.#positionOf(job);
		for (const [place, entry] of Object.entries(end)) {
			// What the new version does not read, it need not pass.
			if (endpointOfPlace(place) === undefined || mine[place] === undefined) continue;
			if (this.#parts.log.compare(mine[place], entry) < 0) return;
		}
		await this.#finish(job);
	}

	async #finish(job: StoredJob): Promise<void> {
		const { store } = this.#parts;
		await store.endHandOver(job.id);
		this.#lookedAtMs.delete(job.id);
		await store.addEvent(job, "handed-over", `Replay ${job.replay} has caught up, and its version now runs the flow.`);
	}

	async #isNear(job: StoredJob, live: StoredJob): Promise<boolean> {
		const [mine, theirs] = await Promise.all([this.#positionOf(job), this.#positionOf(live)]);
		for (const [place, entry] of Object.entries(theirs)) {
			const endpoint = endpointOfPlace(place);
			const at = mine[place];
			if (endpoint === undefined || at === undefined || this.#parts.log.compare(at, entry) >= 0) continue;
			const slash = place.lastIndexOf("/");
			const stream = { tenant: job.tenant, stream: place.slice(0, slash) };
			const request = { stream, partition: Number(place.slice(slash + 1)), after: at };
			const [entries = []] = await this.#parts.log.read([request], { maxBytes: NEAR_BYTES, waitMs: 0 });
			const reached = entries.at(-1)?.id;
			if (reached === undefined || this.#parts.log.compare(reached, entry) < 0) return false;
		}
		return Object.keys(mine).some((place) => endpointOfPlace(place) !== undefined);
	}

	async #positionOf(job: StoredJob): Promise<Position> {
		const reports = await this.#parts.reports.ofJob(job.id);
		return Object.assign({}, job.startPosition, ...reports.map(({ position }) => position));
	}
}

/** Undefined: it is a place in an exchange, or counts records within an entry. */
function endpointOfPlace(place: string): string | undefined {
	return place.endsWith("+") ? undefined : endpointOf({ tenant: "", stream: place.slice(0, place.lastIndexOf("/")) });
}
