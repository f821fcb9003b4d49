/** Counts of one task or many, cumulative since the job began. Names are made by `counterOf` and `edgeCounter` only. */
export type Counters = Readonly<Record<string, number>>;

/**
 * What happens to the rows that enter a node:
 * - `in`: handed to it; for a source, records read from its stream
 * - `retried`: of those, dead letters that it was given again
 * - `filtered`, `duplicate`, `late`: ended here by intent (also when a side port passed them on)
 * - `aggregated`: taken into a window or other state; a later result stands for them
 * - `expired`: of those, rows or keys that a full state gave up before their time
 * - `dead`: set aside as dead letters
 * - `delivered`: written by a sink, in a commit
 */
export type NodeCount = "in" | "retried" | "filtered" | "duplicate" | "late" | "aggregated" | "expired" | "dead" | "delivered";

export function counterOf(node: string, count: NodeCount): string {
	return `node/${node}/${count}`;
}

/** Rows that left a node by a port, whether or not an edge leads on. */
export function portCounter(node: string, port: string): string {
	return `node/${node}/out/${port}`;
}

/** Rows that went over an edge. */
export function edgeCounter(edge: string): string {
	return `edge/${edge}`;
}

/** Adds up the counters of several tasks. */
export function sumCounters(parts: readonly Counters[]): Counters {
	const sum: Record<string, number> = {};
	for (const part of parts) for (const [name, value] of Object.entries(part)) sum[name] = (sum[name] ?? 0) + value;
	return sum;
}
