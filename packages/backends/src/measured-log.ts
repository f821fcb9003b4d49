import type { Log } from "@weir/runtime";

/** A log that says how full it is. */
export interface MeasuredLog extends Log {
	/** Share of what it may hold that it holds, from 0 to 1; 0 where it has no limit. */
	memoryUse(): Promise<number>;
}
