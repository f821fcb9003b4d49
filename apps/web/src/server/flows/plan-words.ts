import type { Catalogue } from "@weir/node-kit";
import { explain, type Plan } from "@weir/planner";
import type { PlanStages } from "../api/contract/index.ts";

/** A plan as the contract has it: lists are open there, closed in the planner. */
export function planWords(plan: Plan | undefined, catalogue: Catalogue): PlanStages {
	if (plan === undefined) return [];
	return explain(plan, catalogue).map((stage) => ({
		...stage,
		nodes: stage.nodes.map((node) => ({ ...node })),
		feeds: stage.feeds.map((feed) => ({ ...feed })),
		because: [...stage.because],
		sinks: stage.sinks.map((sink) => ({ ...sink })),
	}));
}
