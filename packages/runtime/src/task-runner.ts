import { asWeirError, type WeirError, withPlace } from "@weir/errors";
import { NO_SUSPICION, type Suspicion } from "./careful-reading.ts";
import { reactionTo } from "./failure-policy.ts";
import type { Leases } from "./ports.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import { type Slice, StageTask } from "./stage-task.ts";

/** What came of a slice. */
export type RunnerEnd =
	| { readonly how: "more" | "fenced" }
	/** There is no such task to run any more. */
	| { readonly how: "gone" }
	| { readonly how: "done" | "stopped"; readonly generation: number }
	/** Something outside is away: run again after the pause, from the checkpoint. */
	| { readonly how: "paused"; readonly delayMs: number; readonly failure: WeirError }
	/** Only a person can put it right. */
	| { readonly how: "failed"; readonly failure: WeirError; readonly generation: number | undefined };

/** A slice, and who wants to know that the task is held. */
export interface RunnerSlice extends Slice {
	onBegin?(generation: number): void;
}

/** More records than this set aside in a row are no accident. */
const POISON_LIMIT = 20;

/** Runs slices of one task, keeps its operators warm between them, and does what the failure policy says. */
export class TaskRunner {
	readonly #options: StageTaskOptions;
	readonly #leases: Leases;
	#task: StageTask | undefined;
	#last: StageTask | undefined;
	#isRunning = false;
	#generation: number | undefined;
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

	/** The task as this process held it last. */
	get last(): StageTask | undefined {
		return this.#last;
	}

	get isRunning(): boolean {
		return this.#isRunning;
	}

	/** Called again before it has answered, it does nothing: two loops over one task would count records twice. */
	async run(slice: RunnerSlice): Promise<RunnerEnd> {
		// A process that could not renew its lock in time is taken for dead, and may be the very one that is offered the slice again.
		if (this.#isRunning) return { how: "fenced" };
		this.#isRunning = true;
		try {
			const task = await this.#take();
			if (task === "gone" || task === "fenced") return { how: task };
			slice.onBegin?.(task.generation);
			const before = task.commits;
			const how = await task.run(slice);
			if (task.commits !== before) this.#failures = 0;
			if (how !== "more") this.drop();
			else this.#suspicion = NO_SUSPICION;
			return how === "done" || how === "stopped" ? { how, generation: task.generation } : { how };
		} catch (error) {
			return await this.#react(this.#placed(asWeirError(error)));
		} finally {
			this.#isRunning = false;
		}
	}

	/** Forgets the warm state. */
	drop(): void {
		this.#last = this.#task ?? this.#last;
		this.#task?.close();
		this.#task = undefined;
	}

	/** Warm where nobody else has had the task since: then its generation is still the newest. */
	async #take(): Promise<StageTask | "gone" | "fenced"> {
		const { task } = this.#options;
		if (this.#task !== undefined) {
			if (await this.#leases.renew(task, this.#task.generation)) return this.#task;
			this.drop();
		}
		const generation = await this.#leases.take(task);
		if (generation === undefined) return "gone";
		this.#generation = generation;
		this.#task = await StageTask.open(this.#options, generation, this.#suspicion);
		return this.#task ?? "fenced";
	}

	/** Trouble with a database is shown at the sink that writes there. */
	#placed(failure: WeirError): WeirError {
		const { authority } = this.#options.stage;
		return authority.type === "connection" && failure.code.startsWith("CONNECTION_")
			? withPlace(failure, { nodeId: authority.node })
			: failure;
	}

	async #react(failure: WeirError): Promise<RunnerEnd> {
		const task = this.#task;
		const underWay = task?.underWay;
		this.drop();
		this.#failures += 1;
		// The process lives: this was no crash.
		await task?.abandon();
		// Rows were under way and nothing outside is to blame: find the one record and set it aside.
		if (failure.code === "INVARIANT_BROKEN" && underWay !== undefined && this.#suspicion.poison.length < POISON_LIMIT) {
			const wasCareful = this.#suspicion.isCareful;
			this.#suspicion = { isCareful: true, poison: underWay === "some" ? this.#suspicion.poison : [...this.#suspicion.poison, underWay] };
			if (underWay !== "some" || !wasCareful) return { how: "paused", delayMs: 0, failure };
		}
		const reaction = reactionTo(failure, this.#failures);
		if (reaction.do === "yield") return { how: "fenced" };
		if (reaction.do === "pause") return { how: "paused", delayMs: reaction.delayMs, failure };
		return { how: "failed", failure, generation: this.#generation };
	}
}
