import { MemoryCrashNotes, MemoryDeadLetters, MemoryLeases } from "@weir/backends";
import { type Ledger, ledgerOf } from "@weir/jobs";
import { operators } from "@weir/nodes/operators";
import type { Plan, Stage } from "@weir/planner";
import {
	CarefulGate,
	type CommitAuthority,
	DEFAULT_TASK_LIMITS,
	type Log,
	type LogCommitMedium,
	type Standing,
	TaskRunner,
} from "@weir/runtime";

export interface TaskLoopParts {
	readonly plan: Plan;
	readonly log: Log;
	readonly commits: CommitAuthority<LogCommitMedium>;
	readonly tenant: string;
	readonly job: string;
	/** Endpoint by source node. */
	readonly endpoints: Readonly<Record<string, string>>;
	/** What a task begins with, where its job takes over from another. */
	firstState?(stage: Stage, partition: number): Promise<Standing | undefined>;
}

const START_MS = Date.parse("2026-01-01T01:00:00Z");

/** All tasks of a job on the real node types, run in turn, by a clock that moves as it is looked at. */
export class TaskLoop {
	nowMs = START_MS;
	readonly #parts: TaskLoopParts;
	readonly #leases = new MemoryLeases();
	readonly #crashNotes = new MemoryCrashNotes();
	readonly #deadLetters = new MemoryDeadLetters();
	readonly #places: readonly { readonly stage: Stage; readonly partition: number }[];
	#runners: readonly TaskRunner[];

	constructor(parts: TaskLoopParts) {
		this.#parts = parts;
		this.#places = parts.plan.stages.flatMap((stage) => Array.from({ length: stage.partitions }, (_, partition) => ({ stage, partition })));
		this.#runners = this.#open();
	}

	/** All memory is lost, as when the process dies. */
	forget(): void {
		this.#runners = this.#open();
	}

	/** One slice of each task; answers how each of them ended. */
	async round(wanted: "running" | "drained"): Promise<readonly string[]> {
		const ends: string[] = [];
		for (const runner of this.#runners) {
			const end = await runner.run({ untilMs: this.nowMs + 60, signal: new AbortController().signal, wanted: () => wanted });
			ends.push(end.how);
		}
		return ends;
	}

	/** To the end of what is in the log, windows closed. */
	async drain(): Promise<void> {
		for (let slice = 0; slice < 500; slice++) if ((await this.round("drained")).every((how) => how === "done")) return;
	}

	/** As committed. */
	async ledger(): Promise<Ledger> {
		const { commits, tenant, job, plan } = this.#parts;
		const reports = await Promise.all(
			this.#places.map(async ({ stage, partition }) => ({
				stage: stage.id,
				lagRecords: 0,
				counters: (await commits.read({ tenant, job, stage: stage.id, partition }))?.counters ?? {},
			})),
		);
		return ledgerOf(reports, plan);
	}

	#open(): readonly TaskRunner[] {
		const { plan, log, commits, tenant, job, endpoints, firstState } = this.#parts;
		return this.#places.map(
			({ stage, partition }) =>
				new TaskRunner(
					{
						task: { tenant, job, stage: stage.id, partition },
						plan,
						stage,
						registry: operators,
						seed: 1,
						endpoints,
						...(firstState === undefined ? {} : { firstState: () => firstState(stage, partition) }),
						log,
						authority: { type: "log", commits },
						deadLetters: this.#deadLetters,
						crashNotes: this.#crashNotes,
						gate: new CarefulGate(),
						clock: { now: () => ++this.nowMs, sleep: async () => {} },
						limits: { ...DEFAULT_TASK_LIMITS, waitMs: 0, commitEveryMs: 5, commitIdleMs: 5, tellEveryMs: 1 },
					},
					this.#leases,
				),
		);
	}
}
