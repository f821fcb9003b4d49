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
	/**
	 * From now on no stream of these tenants and endpoints begins anew: whoever appends to one that is not there is refused with STREAM_GONE, also if
	 * it slept until then. To be called before `drop`.
	 */
	bury(ids: readonly string[]): Promise<void>;
	/** Buries a tenant and forgets all that is kept of it here: its streams, and the checkpoints and lists beside them. Safe to repeat. */
	eraseTenant(tenant: string): Promise<void>;
}
