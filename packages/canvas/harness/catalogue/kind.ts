import { defineNode, type FieldMeta, type NodeDefinition } from "@weir/node-kit";
import * as z from "zod";

type Required = Pick<NodeDefinition, "kind" | "role" | "category" | "title" | "summary" | "config">;

/** A definition with everything a drawing does not look at filled in. */
export function kind(definition: Required & Partial<NodeDefinition>): NodeDefinition {
	const { role } = definition;
	return defineNode({
		version: 1,
		migrations: {},
		tags: [],
		status: "stable",
		inputs: role === "source" ? [] : [{ name: "in", summary: "Records to work on." }],
		outputs: role === "sink" ? [] : [{ name: "out", summary: "Records that go on." }],
		partitioning: () => ({ kind: "any" }),
		delivery: { guarantee: "effectively-once" },
		outputSchema: (_config, input) => ({ schemas: input === undefined ? {} : { out: input }, problems: [] }),
		lint: () => [],
		cardSummary: () => definition.summary,
		...definition,
	});
}

export const meta = <M extends FieldMeta>(value: M): M => value;

export const fieldsMeta = z
	.array(z.strictObject({ name: z.string().min(1), type: z.enum(["number", "integer", "boolean", "text", "timestamp", "json"]) }))
	.default([])
	.meta(meta({ title: "Fields", widget: "schema", help: "What a record looks like." }));
