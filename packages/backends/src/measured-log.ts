import type { Durability, LogPromise } from "@weir/jobs";
import type { Log, StreamRef } from "@weir/runtime";

/** A log that says how full it is and what it can promise, so that a stream's storage can be chosen. */
export interface MeasuredLog extends Log {
	/** Share of what it may hold that it holds, from 0 to 1; 0 where it has no limit. */
	memoryUse(): Promise<number>;
	/** How sure it can make an acknowledged record. */
	promise(): Promise<LogPromise>;
	/** Makes a stream as sure as a class that is offered wants it; nothing to do where all streams are alike. */
	setDurability(stream: StreamRef, durability: Durability): Promise<void>;
}
