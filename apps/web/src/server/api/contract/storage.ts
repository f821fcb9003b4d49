import { DURABILITY_CLASSES, storageChangeSchema } from "@weir/jobs";
import * as z from "zod";
import { timeSchema } from "./common.ts";

export const durabilitySchema = z.enum(DURABILITY_CLASSES);

/** How the stream behind an endpoint is kept, what else could be chosen, and what it holds now. */
export const storageSchema = z.object({
	/** Absent: the log does not answer. */
	log: z.enum(["memory", "redis", "kafka"]).optional(),
	partitions: z.int(),
	/** Why they cannot become more; absent: they can. */
	fixedPartitions: z.string().optional(),
	durability: z.object({
		/** Absent: left to the installation. */
		chosen: durabilitySchema.optional(),
		/** Absent: the log does not answer. */
		inForce: durabilitySchema.optional(),
		/** What the log does where nothing is chosen. */
		usual: durabilitySchema.optional(),
		/** Every class, with the reason where it cannot be chosen. */
		classes: z.array(z.object({ name: durabilitySchema, refused: z.string().optional() })),
	}),
	/** Absent: left to the installation. */
	keepMs: z.number().optional(),
	usualKeepMs: z.number(),
	/** Absent: as much as the log has room for. */
	maxBytes: z.number().optional(),
	/** Absent: the log does not answer. */
	held: z
		.object({
			bytes: z.number(),
			/** When the oldest record came that is still kept. */
			oldestAt: timeSchema.optional(),
			/** At the rate of what is kept; absent: too little is kept to say. */
			bytesPerDay: z.number().optional(),
		})
		.optional(),
});

export { storageChangeSchema };

export type Storage = z.infer<typeof storageSchema>;
export type { Durability, StorageChange } from "@weir/jobs";
