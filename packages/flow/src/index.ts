export { EMPTY_FLOW, type Flow, type FlowEdge, type FlowNode, flowEdgeSchema, flowNodeSchema, flowSchema, nodeIdSchema } from "./flow.ts";
export type { Resolution, ResolvedFlow, ResolvedNode } from "./resolved.ts";
