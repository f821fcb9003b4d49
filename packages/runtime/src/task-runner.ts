import { asWeirError, type WeirError } from "@weir/errors";
import { NO_SUSPICION, type Suspicion } from "./careful-reading.ts";
import { reactionTo } from "./failure-policy.ts";
import type { Leases } from "./ports.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import { type Slice, type SliceEnd, StageTask } from "./stage-task.ts";

/** What came of a slice. */
export type RunnerEnd =
	| { readonly how: SliceEnd }
	/** Something outside is away: run again after the pause, from the checkpoint. */
	| { readonly how: "paused"; readonly delayMs: number; readonly failure: WeirError }
	/** Only a person can put it right. */
	| { readonly how: "failed"; readonly failure: WeirError };

/** Runs slices of one task, keeps its operators warm between them, and does what the failure policy says. */
export class TaskRunner {
	readonly #options: StageTaskOptions;
	readonly #leases: Leases;
	#task: StageTask | undefined;
	#failures = 0;
	#suspicion: Suspicion = NO_SUSPICION;

	constructor(options: StageTaskOptions, leases: Leases) {
		this.#options = options;
		this.#leases = leases;
	}

	/** The task as this process holds it; undefined while it does not. */
	get task(): StageTask | undefined {
		return this.#task;
	}

	async run(slice: Slice): Promise<RunnerEnd> {
		try {
			const task = await this.#take();
			if (task === undefined) return { how: "fenced" };
			const before = task.committed;
			const how = await task.run(slice);
			if (task.committed !== before || how === "more") this.#failures = 0;
			if (how !== "more") this.drop();
			return { how };
		} catch (error) {
			return this.#react(asWeirError(error));
		}
	}

	/** Forgets the warm state. */
	drop(): void {
		this.#task?.close();
		this.#task = undefined;
	}

	/** Warm where nobody else has had the task since: then its generation is still the newest. */
	async #take(): Promise<StageTask | undefined> {
		const { task } = this.#options;
		if (this.#task !== undefined) {
			if (await this.#leases.renew(task, this.#task.generation)) return this.#task;
			this.drop();
		}
		const generation = await this.#leases.take(task);
		if (generation === undefined) return undefined;
		this.#task = await StageTask.open(this.#options, generation, this.#suspicion);
		return this.#task;
	}

	#react(failure: WeirError): RunnerEnd {
		const underWay = this.#task?.underWay;
		this.drop();
		this.#failures += 1;
		// Rows were under way and nothing outside is to blame: find the one record and set it aside.
		if (failure.code === "INVARIANT_BROKEN" && underWay !== undefined) {
			const poison = underWay === "some" ? this.#suspicion.poison : [...this.#suspicion.poison, underWay];
			this.#suspicion = { isCareful: true, poison };
			if (underWay !== "some" || this.#failures <= 3) return { how: "paused", delayMs: 0, failure };
		}
		const reaction = reactionTo(failure, this.#failures);
		if (reaction.do === "yield") return { how: "fenced" };
		if (reaction.do === "pause") return { how: "paused", delayMs: reaction.delayMs, failure };
		return { how: "failed", failure };
	}
}
