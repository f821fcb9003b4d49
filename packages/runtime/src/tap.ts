import type { RecordBatch } from "@weir/records";

/** Shows rows on their way to whoever looks at a node or an edge. MUST be cheap while nobody looks. */
export interface Tap {
	sample(nodeOrEdge: string, batch: RecordBatch): void;
}
