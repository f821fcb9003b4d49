import type { HandOver } from "@weir/jobs";
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
	/** Nodes that began empty by choice. */
	readonly fresh: readonly string[];
	readonly carried: HandOver | undefined;
}

/** How a task stands: what it goes on from. */
export interface Standing {
	readonly position: Position;
	readonly watermark: number;
	readonly counters: Readonly<Record<string, number>>;
	readonly state: TaskState;
	/** Stored parts of its operators' states, in order. */
	readonly parts: readonly Uint8Array[];
}
