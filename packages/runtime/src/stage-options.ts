import type { HandOver } from "@weir/jobs";
import type { OperatorRegistry, OutsideTarget, PostgresMedium } from "@weir/node-kit";
import type { Plan, Stage } from "@weir/planner";
import type { CarefulGate } from "./careful-gate.ts";
import type { TaskLimits } from "./limits.ts";
import type { Clock, CommitAuthority, CrashNotes, DeadLetters, Log, LogCommitMedium, Position, SpillDisk, TaskRef } from "./ports.ts";
import type { RetrySource } from "./retries.ts";
import type { Standing } from "./standing.ts";
import type { StateBudget } from "./state-budget.ts";
import type { Tap } from "./tap.ts";

/** Where a stage commits, with what its sinks write through. */
export type StageAuthority =
	| { readonly type: "log"; readonly commits: CommitAuthority<LogCommitMedium> }
	| { readonly type: "connection"; readonly commits: CommitAuthority<PostgresMedium> };

/** The connection that a stage's sink writes to in two steps. */
export interface OutsideConnection {
	/** The flow, as it is named there. */
	readonly flow: string;
	/** Throws what is wrong with the connection. */
	open(): Promise<OutsideTarget>;
}

/** Everything a task is handed. */
export interface StageTaskOptions {
	readonly task: TaskRef;
	readonly plan: Plan;
	readonly stage: Stage;
	readonly registry: OperatorRegistry;
	/** Same for all partitions and every replay of the flow version. */
	readonly seed: number;
	/** Names a reading of the streams that is not the first: what it sets aside is set aside anew (I5). */
	readonly reading?: string;
	/** Endpoint of each source node. */
	readonly endpoints: Readonly<Record<string, string>>;
	/** Where a task that never ran begins; absent: at the oldest entry kept. */
	readonly startPosition?: Position;
	/** Where each source ends by itself, windows closed; absent: it never does. */
	readonly endPosition?: Position;
	/** What a task that has no checkpoint yet begins with, where its job takes over from another; see lineage.ts. */
	readonly firstState?: () => Promise<Standing | undefined>;
	/** Whose streams the exchanges are, where the job goes on with those of another. */
	readonly carried?: HandOver;
	readonly log: Log;
	/** How entries are read; absent: from the log itself. */
	readonly reader?: Pick<Log, "read">;
	readonly authority: StageAuthority;
	/** Of a stage that writes outside in two steps. */
	readonly outside?: OutsideConnection;
	readonly deadLetters: DeadLetters;
	/** Dead letters that are to be taken again. */
	readonly retries?: RetrySource;
	readonly crashNotes: CrashNotes;
	/** Shared by all tasks of the process. */
	readonly gate: CarefulGate;
	readonly clock: Clock;
	readonly limits: TaskLimits;
	/** Shared by all tasks of the process; absent: states may grow for ever. */
	readonly stateBudget?: StateBudget;
	/** Shared by all tasks of the process; absent: states stay in memory. */
	readonly spill?: SpillDisk;
	readonly tap?: Tap;
	/** Told of things a person should know. */
	readonly tell?: (event: TaskEvent) => void;
	/** Named places where a test may end the process. */
	readonly failpoint?: (name: string) => Promise<void>;
}

export type TaskEvent =
	/** The log lost its tail: the checkpoint was ahead of it by so many records (I15). */
	| { readonly type: "log-lost-tail"; readonly place: string; readonly records: number }
	/** Output of a sink was committed, and is neither waiting to be made visible nor there: somebody took it away, or its target gave it up. */
	| { readonly type: "output-gone"; readonly name: string; readonly rows: number }
	/** A record that the program could not survive was set aside. */
	| { readonly type: "record-isolated"; readonly place: string; readonly entry: string; readonly index: number };
