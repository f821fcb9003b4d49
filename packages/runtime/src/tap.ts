import type { RecordBatch } from "@weir/records";

/** Shows rows on their way to whoever looks at a node or an edge. MUST be cheap while nobody looks. */
export interface Tap {
	/** `side` says whether a node is about to take the rows in or has just let them go. */
	sample(nodeOrEdge: string, batch: RecordBatch, side?: "in" | "out"): void;
}
