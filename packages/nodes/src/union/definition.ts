import { defineNode, type FieldMeta } from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	note: z
		.string()
		.max(80)
		.default("")
		.meta({ title: "Note", help: "Shown on the card: what comes together here." } satisfies FieldMeta),
});

export type UnionConfig = z.infer<typeof configSchema>;

export const definition = defineNode<UnionConfig>({
	kind: "union",
	version: 1,
	migrations: {},
	role: "transform",
	category: "control",
	title: "Union",
	summary: "Brings several branches together with all their fields",
	tags: ["merge", "combine", "concat", "append", "collect", "gather"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records of every branch; draw as many edges to it as you like." }],
	outputs: [{ name: "out", summary: "All records, with the fields of all branches." }],
	gathers: "all",
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (_config, input) => ({ schemas: { out: input ?? { fields: [] } }, problems: [] }),
	lint: () => [],
	cardSummary: (config) => config.note.trim() || "all fields of all branches",
	fieldsRead: () => [],
});
