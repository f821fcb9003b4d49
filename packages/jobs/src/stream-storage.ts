import * as z from "zod";

/** How sure an acknowledged record is, from least to most. */
export const DURABILITY_CLASSES = ["memory", "fsync", "replicated"] as const;

export type Durability = (typeof DURABILITY_CLASSES)[number];

/** What somebody chose for the stream of an endpoint; what is absent is left to the installation. */
export interface StreamStorage {
	readonly durability: Durability | undefined;
	/** How long records stay readable after they came, also when every flow has read them. */
	readonly keepMs: number | undefined;
	/** Hard cap: what is more goes, oldest first, whether it was read or not. What goes before its time is counted and told (I11). */
	readonly maxBytes: number | undefined;
}

/** What the log of an installation can promise of its streams. */
export interface LogPromise {
	readonly log: "memory" | "redis" | "kafka";
	/** In force where nothing was chosen, or something that this log does not offer. */
	readonly usual: Durability;
	/** Why a stream cannot get more partitions, a whole sentence; absent: it can. */
	readonly fixedPartitions?: string;
	/** Why a class cannot be chosen, a whole sentence each; absent: it can. */
	readonly refused: Readonly<Partial<Record<Durability, string>>>;
}

/** The class that holds for a stream: what was chosen where the log offers it, else what the log usually does. */
export function durabilityInForce(chosen: Durability | undefined, promise: LogPromise): Durability {
	return chosen === undefined || promise.refused[chosen] !== undefined ? promise.usual : chosen;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MEBIBYTE = 1_048_576;

/** What may be asked for; which of it a log and a flow allow is said by those who know them. */
export const storageChangeSchema = z.strictObject({
	durability: z.enum(DURABILITY_CLASSES).nullable().exactOptional(),
	keepMs: z
		.int("Give a whole number of milliseconds.")
		.min(MINUTE_MS, "Records are kept for a minute at least.")
		.max(3_650 * DAY_MS, "Records are kept for ten years at most.")
		.nullable()
		.exactOptional(),
	maxBytes: z
		.int("Give a whole number of bytes.")
		.min(MEBIBYTE, "A stream needs room for a mebibyte at least.")
		.max(Number.MAX_SAFE_INTEGER, "This is more than can be counted.")
		.nullable()
		.exactOptional(),
	partitions: z.int().min(1, "A stream has at least one partition.").max(1_024, "A stream has at most 1,024 partitions.").exactOptional(),
});

/** A wish to keep a stream otherwise: `null` leaves a choice to the installation again, what is absent stays as it is. */
export type StorageChange = z.infer<typeof storageChangeSchema>;
