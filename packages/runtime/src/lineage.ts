import { type Carry, carryOver, type Stage } from "@weir/planner";
import { firstState } from "./first-state.ts";
import type { Checkpoint, TaskRef } from "./ports.ts";
import type { Ancestor, Standing } from "./standing.ts";
import { unpackState } from "./task-state.ts";

export interface LineageParts {
	job(id: string): Promise<Ancestor | undefined>;
	/** The checkpoint of a task, without taking it. Undefined: there is none. */
	read(task: TaskRef, authority: Stage["authority"]): Promise<Checkpoint | undefined>;
}

/**
 * Finds what a task begins with, from the tasks of the job before. Those have stopped for good and are fenced (the version cut), so it is the
 * same however often it is asked; a task that never committed stands where it would have begun, and so on backwards.
 */
export class Lineage {
	readonly #parts: LineageParts;

	constructor(parts: LineageParts) {
		this.#parts = parts;
	}

	/** Undefined where there is no job before, or it is gone, or nothing of it is taken over. */
	async firstOf(job: Ancestor, stage: Stage, partition: number): Promise<Standing | undefined> {
		if (job.startsAnew === true) return undefined;
		const previous = job.previous === undefined ? undefined : await this.#parts.job(job.previous);
		const carry = previous === undefined ? undefined : this.carry(previous, job).stages.get(stage.id);
		if (previous === undefined || carry === undefined) return undefined;
		const known = new Map<string, Promise<Standing | undefined>>();
		return firstState({
			job,
			stage,
			partition,
			carry,
			before: (id, of) => {
				const key = `${id}/${of}`;
				const standing = known.get(key) ?? this.#standingIn(job, previous, id, of);
				known.set(key, standing);
				return standing;
			},
		});
	}

	/** As its last commit left it. Undefined: it never committed. */
	async committed(job: Ancestor, stage: Stage, partition: number): Promise<Standing | undefined> {
		const checkpoint = await this.#parts.read({ tenant: job.tenant, job: job.id, stage: stage.id, partition }, stage.authority);
		return checkpoint !== undefined && hasBegun(checkpoint) ? standingOf(checkpoint) : undefined;
	}

	/** As its last commit left it; where there is none, what it would begin with. */
	async standing(job: Ancestor, stage: Stage, partition: number): Promise<Standing | undefined> {
		return (await this.committed(job, stage, partition)) ?? this.firstOf(job, stage, partition);
	}

	carry(previous: Ancestor, job: Ancestor): Carry {
		return carryOver(previous.plan, job.plan, new Set(job.fresh));
	}

	async #standingIn(job: Ancestor, previous: Ancestor, id: string, partition: number): Promise<Standing | undefined> {
		const stage = previous.plan.stages.find((candidate) => candidate.id === id);
		if (stage === undefined || partition >= stage.partitions || job.carried?.unreadable.includes(id)) return undefined;
		return this.standing(previous, stage, partition);
	}
}

/** A task that has committed names the places of its inputs. */
export function hasBegun(checkpoint: Checkpoint): boolean {
	return Object.keys(checkpoint.position).length > 0;
}

function standingOf({ position, watermark, counters, state, parts }: Checkpoint): Standing {
	const unpacked = unpackState(state);
	return {
		position,
		watermark,
		counters,
		state: unpacked,
		parts: unpacked.parts.flatMap((number) => parts.get(number) ?? []),
		inherited: [],
	};
}
