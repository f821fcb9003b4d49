export { type Carry, carryOver, formerPartitions, type NodeCarry, type StageCarry } from "./carry.ts";
export { explain } from "./explain.ts";
export { DEFAULT_LIMITS, plan } from "./make-plan.ts";
export type {
	Exchange,
	ExchangeInput,
	Plan,
	PlanLimits,
	PlannedEdge,
	PlannedNode,
	PlannedTarget,
	SourceInput,
	Stage,
	StageInput,
} from "./plan.ts";
