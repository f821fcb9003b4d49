import { createMemoryLog, MemoryAuthority, MemoryCrashNotes, MemoryDeadLetters, MemoryLeases } from "@weir/backends";
import { type Counters, ledgerOf } from "@weir/jobs";
import type { OperatorRegistry } from "@weir/node-kit";
import type { Plan, PlannedNode, Stage } from "@weir/planner";
import { encodeRawFrame, encodeRecord, partitionOf, type RecordSchema } from "@weir/records";
import {
	CarefulGate,
	type Clock,
	DEFAULT_TASK_LIMITS,
	endpointStream,
	type RunnerEnd,
	type StageTaskOptions,
	type TaskEvent,
	type TaskLimits,
	TaskRunner,
} from "../src/index.ts";
import { TEST_OPERATORS } from "./operators.ts";

const encoder = new TextEncoder();

export const PUMPS: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "number" },
		{ name: "at", type: "timestamp" },
	],
};

const MINUTES: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "number" },
		{ name: "minute", type: "timestamp" },
	],
};

const TENANT = "tenant-1";
const JOB = "job-1";

const node = (id: string, kind: string, config: unknown, input: RecordSchema, outputs: PlannedNode["outputs"]): PlannedNode => ({
	id,
	kind,
	config,
	input,
	outputs,
});

const source = node("src", "http-source", {}, { fields: [] }, { out: PUMPS });
const perMinute = node("win", "per-minute", { key: "pump" }, PUMPS, { out: MINUTES, late: PUMPS });
const list = node("sink", "list", {}, MINUTES, {});

const reading = {
	format: "json",
	schema: PUMPS,
	eventTimeField: "at",
	maxDisorderMs: 1_000,
	idleAfterMs: 5_000,
	maxFutureMs: 3_600_000,
} as const;

/** Source → pass → per minute → list, in one stage, or with an exchange by pump before the window. */
export function pumpPlan(options: { readonly partitions?: number; readonly isCut?: boolean; readonly explodes?: boolean } = {}): Plan {
	const { partitions = 2, isCut = false, explodes = false } = options;
	const pass = node("pass", "pass", { atLeast: 5, explodes }, PUMPS, { out: PUMPS });
	const input = { type: "source", node: "src", reading, fields: ["pump", "litres", "at"], partitions } as const;
	const e1 = { id: "e1", from: { node: "src", port: "out" }, to: { node: "pass" } };
	const e3 = { id: "e3", from: { node: "win", port: "out" }, to: { node: "sink" } };
	const authority = { type: "log" } as const;
	if (!isCut) {
		const e2 = { id: "e2", from: { node: "pass", port: "out" }, to: { node: "win" } };
		const nodes = [source, pass, perMinute, list];
		return {
			planVersion: 1,
			stages: [{ id: "pass", inputs: [input], nodes, edges: [e1, e2, e3], writes: [], partitions, authority, because: [] }],
			exchanges: [],
		};
	}
	const write = { exchange: "x", from: { node: "pass", port: "out" }, edges: ["e2"] };
	return {
		planVersion: 1,
		stages: [
			{ id: "pass", inputs: [input], nodes: [source, pass], edges: [e1], writes: [write], partitions, authority, because: [] },
			{
				id: "win",
				inputs: [{ type: "exchange", exchange: "x", edge: "e2", to: { node: "win" } }],
				nodes: [perMinute, list],
				edges: [e3],
				writes: [],
				partitions: 3,
				authority,
				because: [],
			},
		],
		exchanges: [{ id: "x", schema: PUMPS, fields: ["pump"], partitions: 3, producers: partitions }],
	};
}

export interface Pumped {
	readonly pump: string;
	readonly litres: number;
	readonly at: number;
}

/** A clock that moves one millisecond each time it is looked at, and jumps when told to. */
export class TickingClock implements Clock {
	#nowMs = 1_700_000_000_000;

	now(): number {
		this.#nowMs += 1;
		return this.#nowMs;
	}

	pass(ms: number): void {
		this.#nowMs += ms;
	}

	async sleep(ms: number): Promise<void> {
		this.pass(ms);
	}
}

/** All tasks of a plan over a log in memory, run in turn by the test. */
export class Rig {
	readonly clock = new TickingClock();
	readonly log = createMemoryLog();
	readonly authority = new MemoryAuthority(this.log);
	readonly deadLetters = new MemoryDeadLetters();
	readonly crashNotes = new MemoryCrashNotes();
	readonly leases = new MemoryLeases();
	readonly gate = new CarefulGate();
	readonly events: TaskEvent[] = [];
	readonly plan: Plan;
	readonly #limits: TaskLimits;
	readonly #registry: OperatorRegistry;
	readonly #runners = new Map<string, TaskRunner>();
	#seq = 0;
	wanted: "running" | "drained" | "stopped" = "running";

	constructor(plan: Plan, limits: Partial<TaskLimits> = {}, registry: OperatorRegistry = TEST_OPERATORS) {
		this.plan = plan;
		this.#registry = registry;
		this.#limits = { ...DEFAULT_TASK_LIMITS, waitMs: 0, commitIdleMs: 10, commitEveryMs: 20, gatherMs: 0, tellEveryMs: 5, ...limits };
	}

	/** Posts records as entries of `perEntry` records each. */
	async post(records: readonly (Pumped | string)[], perEntry = 3, endpoint = "ep-1"): Promise<void> {
		const partitions = this.plan.stages[0]?.partitions ?? 1;
		const byPartition = new Map<number, Uint8Array[]>();
		for (const record of records) {
			const key = typeof record === "string" ? "broken" : record.pump;
			const payload = encoder.encode(typeof record === "string" ? record : JSON.stringify(record));
			const partition = partitionOf(key, partitions);
			const packed = byPartition.get(partition) ?? [];
			packed.push(encodeRecord({ key, topic: "", payload }));
			byPartition.set(partition, packed);
		}
		for (const [partition, packed] of byPartition) {
			for (let at = 0; at < packed.length; at += perEntry) {
				this.#seq += 1;
				const entry = packed.slice(at, at + perEntry);
				await this.log.append(endpointStream(TENANT, endpoint), partition, encodeRawFrame(this.clock.now(), entry), entry.length, {
					id: "rig",
					seq: this.#seq,
				});
			}
		}
	}

	options(stage: Stage, partition: number, more: Partial<StageTaskOptions> = {}): StageTaskOptions {
		return {
			task: { tenant: TENANT, job: JOB, stage: stage.id, partition },
			plan: this.plan,
			stage,
			registry: this.#registry,
			seed: 1,
			endpoints: { src: "ep-1", other: "ep-2" },
			log: this.log,
			authority: { type: "log", commits: this.authority },
			deadLetters: this.deadLetters,
			crashNotes: this.crashNotes,
			gate: this.gate,
			clock: this.clock,
			limits: this.#limits,
			tell: (event) => this.events.push(event),
			...more,
		};
	}

	/** One slice of each task, in order. */
	async round(sliceMs = 200): Promise<readonly RunnerEnd[]> {
		const ends: RunnerEnd[] = [];
		for (const [name, stage, partition] of this.#tasks()) {
			let runner = this.#runners.get(name);
			if (runner === undefined) {
				runner = new TaskRunner(this.options(stage, partition), this.leases);
				this.#runners.set(name, runner);
			}
			ends.push(await runner.run({ untilMs: this.clock.now() + sliceMs, signal: new AbortController().signal, wanted: () => this.wanted }));
		}
		return ends;
	}

	/** Forgets everything that a process holds in memory. */
	kill(): void {
		this.#runners.clear();
	}

	/** Runs to the end of what was posted and closes the windows. */
	async drain(): Promise<void> {
		this.wanted = "drained";
		for (let round = 0; round < 50; round++) {
			const ends = await this.round();
			if (ends.every((end) => end.how === "done")) return;
		}
		throw new Error("The tasks did not come to their end.");
	}

	/** What the list sink wrote, sorted. */
	rows(): readonly string[] {
		return [...(this.authority.lists.get(`${JOB}/sink/rows`) ?? [])].map((bytes) => new TextDecoder().decode(bytes)).sort();
	}

	/** Committed counters of all tasks as the reports of workers carry them. */
	async reports(): Promise<{ stage: string; counters: Counters; lagRecords: number }[]> {
		const reports: { stage: string; counters: Counters; lagRecords: number }[] = [];
		for (const [, stage, partition] of this.#tasks()) {
			const checkpoint = await this.authority.acquire(
				{ tenant: TENANT, job: JOB, stage: stage.id, partition },
				1_000_000 + this.clock.now(),
			);
			reports.push({ stage: stage.id, counters: checkpoint?.counters ?? {}, lagRecords: 0 });
		}
		return reports;
	}

	async ledger() {
		return ledgerOf(await this.reports(), this.plan);
	}

	#tasks(): readonly (readonly [string, Stage, number])[] {
		return this.plan.stages.flatMap((stage) =>
			Array.from({ length: stage.partitions }, (_, partition) => [`${stage.id}/${partition}`, stage, partition] as const),
		);
	}
}

/** Pumps with seeded disorder within the bound. */
export function pumped(count: number, seed = 1): Pumped[] {
	let state = seed;
	const random = () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
	const start = 1_700_000_000_000;
	return Array.from({ length: count }, (_, i) => ({
		pump: `pump-${Math.floor(random() * 5)}`,
		litres: Math.floor(random() * 20),
		at: start + i * 500 - Math.floor(random() * 900),
	}));
}

/** What must come out, computed by other means: litres of at least 5 per pump and minute. */
export function expectedRows(records: readonly Pumped[]): readonly string[] {
	const sums = new Map<string, number>();
	for (const { pump, litres, at } of records) {
		if (litres < 5) continue;
		const name = `${pump}|${(Math.floor(at / 60_000) + 1) * 60_000}`;
		sums.set(name, (sums.get(name) ?? 0) + litres);
	}
	return [...sums]
		.map(([name, litres]) => {
			const [pump, minute] = name.split("|");
			return JSON.stringify({ pump, litres, minute: new Date(Number(minute)).toISOString() });
		})
		.sort();
}
