import type { Entry, EntryId, StreamRef } from "@weir/runtime";

/** A range of a partition that left the log: all its entries behind `after`, up to `upTo`. */
export interface ColdRange {
	readonly after: EntryId;
	readonly upTo: EntryId;
	/** When its first and last records came: milliseconds since 1970 UTC. */
	readonly fromMs: number;
	readonly untilMs: number;
}

/** What is known of a partition beside its ranges. */
export interface ColdPlace {
	/** All that came at this time or later is in the ranges or still in the log; undefined: nothing was ever forgotten. */
	readonly heldFromMs: number | undefined;
	/** By the last entry of a range: from when on the log itself held all, once the range had left it. */
	readonly hotFromMs: Readonly<Record<EntryId, number>>;
	/** Last entry of the range that is leaving the log right now. */
	readonly moving?: EntryId;
}

/** Where ranges go that leave the log. A range never changes once it is there. */
export interface ColdStore {
	/** In order. */
	ranges(stream: StreamRef, partition: number): Promise<readonly ColdRange[]>;
	/** Resolves when the range is durable. Entries MUST not be empty. */
	put(stream: StreamRef, partition: number, after: EntryId, entries: readonly Entry[]): Promise<ColdRange>;
	/** Throws STATE_CORRUPT when what is stored is not what was put. */
	read(stream: StreamRef, partition: number, range: ColdRange): Promise<readonly Entry[]>;
	remove(stream: StreamRef, partition: number, range: ColdRange): Promise<void>;
	place(stream: StreamRef, partition: number): Promise<ColdPlace | undefined>;
	setPlace(stream: StreamRef, partition: number, place: ColdPlace): Promise<void>;
	/** Forgets a stream whole. */
	drop(stream: StreamRef): Promise<void>;
	/** From now on nothing of these tenants and endpoints can be put: STREAM_GONE, also for a put that is under way. */
	bury(ids: readonly string[]): Promise<void>;
	/** Buries a tenant and forgets all its streams. */
	eraseTenant(tenant: string): Promise<void>;
}
