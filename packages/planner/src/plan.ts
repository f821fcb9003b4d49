import type { InputSchemas, SourceReading } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";

/** A node as a stage runs it. */
export interface PlannedNode {
	readonly id: string;
	readonly kind: string;
	readonly config: unknown;
	/** Schema at the first input. */
	readonly input: RecordSchema;
	/** Of a node with several inputs: the schema at each. */
	readonly inputs?: InputSchemas;
	readonly outputs: Readonly<Record<string, RecordSchema>>;
	/** Of a node that treats the records of each key by themselves: how its keys are spread over the tasks of its stage. */
	readonly key?: NodeKey;
	/** Form of what the node keeps between records; absent: it keeps nothing. A later version takes over what has the same form. */
	readonly stateSchema?: string;
}

export interface NodeKey {
	/** Fields of its key. */
	readonly fields: number;
	/** Those of them by whose values the rows of its stage are spread over partitions, in that order. */
	readonly places: readonly number[];
}

/** Where rows enter an operator; the input is named where it has several. */
export interface PlannedTarget {
	readonly node: string;
	readonly port?: string;
}

/** An edge inside a stage: rows go from one operator straight to the next. */
export interface PlannedEdge {
	readonly id: string;
	readonly from: { readonly node: string; readonly port: string };
	readonly to: PlannedTarget;
	/** Columns of the producer's batch that the consumer's input schema takes, in its order, −1 where it has none and all are null; absent when the two schemas are the same. */
	readonly columns?: readonly number[];
}

/** Raw records of one source's endpoint. `id` is the source node's id; the stream is the endpoint's. */
export interface SourceInput {
	readonly type: "source";
	readonly node: string;
	readonly reading: SourceReading;
	/** Fields to decode; the rest stays bytes. */
	readonly fields: readonly string[];
	readonly partitions: number;
	/** Partitions of the generations of the stream before, oldest first: sealed, and read to their ends before the newest. Absent: there are none. */
	readonly earlier?: readonly number[];
}

/** Records regrouped by another stage. */
export interface ExchangeInput {
	readonly type: "exchange";
	readonly exchange: string;
	/** The edge on the canvas it feeds: which operator gets the rows. */
	readonly edge: string;
	readonly to: PlannedTarget;
	/** As in `PlannedEdge`. */
	readonly columns?: readonly number[];
}

export type StageInput = SourceInput | ExchangeInput;

/** Operators run together by one task per partition. Exactly one commit authority. */
export interface Stage {
	readonly id: string;
	readonly inputs: readonly StageInput[];
	/** In topological order; sources are among them (kind and id, for counters) and do no work. */
	readonly nodes: readonly PlannedNode[];
	readonly edges: readonly PlannedEdge[];
	/** Exchanges it writes, at most none when it ends in a sink that commits in a connection. */
	readonly writes: readonly {
		readonly exchange: string;
		readonly from: { readonly node: string; readonly port: string };
		readonly edges: readonly string[];
	}[];
	readonly partitions: number;
	readonly authority: { readonly type: "log" } | { readonly type: "connection"; readonly node: string; readonly connection: string };
	/** The connection that its sink writes to in two steps, around a commit in the log. */
	readonly outside?: { readonly node: string; readonly connection: string };
	/** Why it is cut like this, in sentences for the ops screen. */
	readonly because: readonly string[];
}

/** Regrouping of records between stages: a stream of the job, partitioned by `fields`. */
export interface Exchange {
	readonly id: string;
	readonly schema: RecordSchema;
	/** Rows with equal values here meet in one partition. Empty: rows are spread by the record key. */
	readonly fields: readonly string[];
	readonly partitions: number;
	/** How many producer tasks write it; a consumer's watermark is the least of theirs. */
	readonly producers: number;
}

/** How a flow version will run: frozen JSON, hashed and stored. */
export interface Plan {
	readonly planVersion: 1;
	/** Partitions that were asked for where records are regrouped: the next version keeps them. Absent: as many as is usual. */
	readonly exchangePartitions?: number;
	readonly stages: readonly Stage[];
	readonly exchanges: readonly Exchange[];
}

export interface PlanLimits {
	readonly sourcePartitions: number;
	/** By source: the partitions of each generation of its stream, oldest first. A source that is not named has one, of `sourcePartitions`. */
	readonly streams?: Readonly<Record<string, readonly number[]>>;
	readonly exchangePartitions: number;
}
