import type { HandOver } from "@weir/jobs";
import type { KeySpread } from "@weir/node-kit/state";
import type { Plan } from "@weir/planner";
import type { Position } from "./ports.ts";
import type { TaskState } from "./task-state.ts";

/** A job, as far as the jobs that come after it need to know. */
export interface Ancestor {
	readonly tenant: string;
	readonly id: string;
	readonly plan: Plan;
	/** Endpoint by source node. */
	readonly endpoints: Readonly<Record<string, string>>;
	readonly previous: string | undefined;
	/** It takes over nothing of the job before: its streams are read again from another place. */
	readonly startsAnew?: boolean;
	/** Nodes that began empty by choice. */
	readonly fresh: readonly string[];
	readonly carried: HandOver | undefined;
}

/** What another task stored of a node, of which some keys go on here: those that belong to each of the shares. */
export interface Inherited {
	readonly node: string;
	/** In order. */
	readonly parts: readonly Uint8Array[];
	/** The last one is that of the task itself; those before are of tasks that never ran. */
	readonly shares: readonly { readonly spread: KeySpread; readonly partition: number }[];
}

/** How a task stands: what it goes on from. */
export interface Standing {
	readonly position: Position;
	readonly watermark: number;
	readonly counters: Readonly<Record<string, number>>;
	readonly state: TaskState;
	/** Stored parts of its operators' states, in order. */
	readonly parts: readonly Uint8Array[];
	/** Of a task that never committed: states that stood otherwise in the tasks of a version before. */
	readonly inherited: readonly Inherited[];
}
