import type { Plan, Stage } from "@weir/planner";
import * as z from "zod";

const authoritySchema = z.union([
	z.object({ type: z.literal("log") }),
	z.object({ type: z.literal("connection"), node: z.string(), connection: z.string() }),
]);

const remainsSchema = z.object({
	endpoints: z.array(z.object({ id: z.string(), generations: z.array(z.number()) })),
	jobs: z.array(
		z.object({
			id: z.string(),
			stages: z.array(z.object({ id: z.string(), partitions: z.number(), authority: authoritySchema })),
			exchanges: z.array(z.object({ id: z.string(), partitions: z.number() })),
		}),
	),
});

/** What flows have outside the control database: all that it takes to find it once their rows are gone. */
export interface Remains {
	readonly endpoints: readonly {
		readonly id: string /** Partitions of each generation of its stream. */;
		readonly generations: readonly number[];
	}[];
	readonly jobs: readonly RemainsOfJob[];
}

export interface RemainsOfJob {
	readonly id: string;
	readonly stages: readonly Pick<Stage, "id" | "partitions" | "authority">[];
	readonly exchanges: readonly { readonly id: string; readonly partitions: number }[];
}

/** What a job has, by its plan. */
export function remainsOfJob(id: string, plan: Plan): RemainsOfJob {
	return {
		id,
		stages: plan.stages.map(({ id, partitions, authority }) => ({ id, partitions, authority })),
		exchanges: plan.exchanges.map(({ id, partitions }) => ({ id, partitions })),
	};
}

/** Remains as they were stored. */
export function parseRemains(content: unknown): Remains {
	return remainsSchema.parse(content);
}
