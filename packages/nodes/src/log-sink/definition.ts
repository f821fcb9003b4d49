import { defineNode, type FieldMeta } from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	keep: z
		.int()
		.min(1)
		.max(10_000)
		.default(1_000)
		.meta({ title: "Keep", unit: "records", help: "How many of the newest records to keep for looking at." } satisfies FieldMeta),
});

export type LogSinkConfig = z.infer<typeof configSchema>;

export const definition = defineNode<LogSinkConfig>({
	kind: "log-sink",
	version: 1,
	migrations: {},
	role: "sink",
	category: "sink",
	title: "Log",
	summary: "Keeps the newest records for looking at",
	tags: ["debug", "inspect", "print", "console", "tail", "test"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records to look at." }],
	outputs: [],
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: () => ({ schemas: {}, problems: [] }),
	lint: () => [],
	cardSummary: (config) => `newest ${config.keep.toLocaleString("en")}`,
	commitsIn: "log",
	aside: (config) => ({ config, target: "a list of its own" }),
	again: () => ({ isHarmless: true, sentence: "Its list of newest records begins empty." }),
});
