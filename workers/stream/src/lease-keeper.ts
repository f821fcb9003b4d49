import type { TaskPlace, WorkerStore } from "@weir/db";
import { isWeirError } from "@weir/errors";
import type { Leases, TaskRef } from "@weir/runtime";
import type { Logger } from "@weir/telemetry";

/** A task under way in this process. */
export interface HeldTask extends TaskPlace {
	readonly generation: number;
	/** Whether it has committed, or had nothing to do, since this was asked last. */
	hasProgressed(): boolean;
	/** A newer generation was drawn. */
	onLost(): void;
}

const BEAT_EVERY_MS = 1_000;

/** Leases of this process in control Postgres: generations drawn, and one heartbeat a second for all tasks under way. */
export class LeaseKeeper implements Leases {
	readonly #store: WorkerStore;
	readonly #owner: string;
	readonly #logger: Logger;
	readonly #held = new Set<HeldTask>();
	readonly #timer: NodeJS.Timeout;
	#isBeating = false;

	constructor(store: WorkerStore, owner: string, logger: Logger) {
		this.#store = store;
		this.#owner = owner;
		this.#logger = logger;
		this.#timer = setInterval(() => void this.#beat(), BEAT_EVERY_MS);
		this.#timer.unref();
	}

	async take(task: TaskRef): Promise<number | undefined> {
		return this.#store.lease(task, this.#owner);
	}

	async renew(task: TaskRef, generation: number): Promise<boolean> {
		try {
			const { job, stage, partition } = task;
			return (await this.#store.heartbeat(this.#owner, [{ job, stage, partition, generation, progressed: false }])).length === 0;
		} catch (error) {
			// While the database is away nobody can draw a newer generation; the fence in the commit holds anyway.
			if (isWeirError(error) && error.code === "DATABASE_UNAVAILABLE") return true;
			throw error;
		}
	}

	/** Beats for a task until the answered function is called. */
	hold(task: HeldTask): () => void {
		this.#held.add(task);
		return () => void this.#held.delete(task);
	}

	close(): void {
		clearInterval(this.#timer);
	}

	async #beat(): Promise<void> {
		if (this.#isBeating || this.#held.size === 0) return;
		this.#isBeating = true;
		try {
			const held = [...this.#held];
			const lost = await this.#store.heartbeat(
				this.#owner,
				held.map(({ job, stage, partition, generation, hasProgressed }) => ({
					job,
					stage,
					partition,
					generation,
					progressed: hasProgressed(),
				})),
			);
			for (const place of lost) {
				for (const task of held) {
					if (task.job === place.job && task.stage === place.stage && task.partition === place.partition) task.onLost();
				}
			}
		} catch (error) {
			this.#logger.warn("The heartbeat could not be written; it is tried again in a second.", { failed: error });
		} finally {
			this.#isBeating = false;
		}
	}
}
