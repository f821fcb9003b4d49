import * as z from "zod";

const feedSchema = z.discriminatedUnion("kind", [
	z.object({ kind: z.literal("source"), node: z.string(), partitions: z.number() }),
	z.object({
		kind: z.literal("stage"),
		/** The stage that writes them, and its node that they leave from. */
		stage: z.string(),
		from: z.string(),
		to: z.string(),
		/** How they are put together on the way: "regrouped by room". */
		how: z.string(),
		partitions: z.number(),
	}),
]);

/** How a version runs, stage by stage: the nodes that run together, why, where their records come from, and what each sink promises. */
export const planSchema = z.array(
	z.object({
		id: z.string(),
		/** In the order in which records pass them. */
		nodes: z.array(z.object({ id: z.string(), kind: z.string(), keepsState: z.boolean() })),
		/** It runs as so many tasks. */
		partitions: z.number(),
		feeds: z.array(feedSchema),
		because: z.array(z.string()),
		/** What is committed together. */
		commit: z.string(),
		sinks: z.array(
			z.object({
				node: z.string(),
				guarantee: z.enum(["at-most-once", "at-least-once", "effectively-once"]),
				needs: z.string().optional(),
			}),
		),
	}),
);

export type PlanStages = z.infer<typeof planSchema>;
