import type { Problem } from "@weir/errors";
import type { InputSchemas, NodeDefinition } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";
import type { FlowEdge } from "./flow.ts";

/** A node whose config was migrated, parsed and filled with defaults. */
export interface ResolvedNode {
	readonly id: string;
	readonly label: string;
	readonly definition: NodeDefinition;
	readonly config: unknown;
	/** Schema at the first input port; undefined for a source. */
	readonly input: RecordSchema | undefined;
	/** Schema per input port. */
	readonly inputs: InputSchemas;
	/** Schema per output port. */
	readonly outputs: Readonly<Record<string, RecordSchema>>;
}

declare const RESOLVED: unique symbol;

/** A flow without a single error. Only `resolve` makes one, and the planner takes nothing else. Nodes are in topological order. */
export interface ResolvedFlow {
	readonly [RESOLVED]: true;
	readonly nodes: readonly ResolvedNode[];
	readonly edges: readonly FlowEdge[];
}

export interface Resolution {
	readonly problems: readonly Problem[];
	/** There when no problem is an error. */
	readonly resolved: ResolvedFlow | undefined;
	/** What is known of the schemas even while something is wrong, by node id: forms offer fields from it. */
	readonly inputs: ReadonlyMap<string, RecordSchema | undefined>;
	/** The same per input port. */
	readonly inputPorts: ReadonlyMap<string, InputSchemas>;
	readonly outputs: ReadonlyMap<string, Readonly<Record<string, RecordSchema>>>;
}
