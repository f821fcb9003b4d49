import { checkExpression, defineNode, type FieldMeta, fieldsOf } from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	condition: z
		.string()
		.max(8_000)
		.default("")
		.meta({
			title: "Keep records where",
			widget: "expression",
			placeholder: "temperature > 20 and status = 'ok'",
			help: "An SQL condition over the fields. A record for which it is false or unknown is left out.",
		} satisfies FieldMeta),
});

export type FilterConfig = z.infer<typeof configSchema>;

export const definition = defineNode<FilterConfig>({
	kind: "filter",
	version: 1,
	migrations: {},
	role: "transform",
	category: "transform",
	title: "Filter",
	summary: "Keeps the records that meet a condition",
	tags: ["where", "condition", "if", "threshold", "drop", "sql"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records to judge." }],
	outputs: [{ name: "out", summary: "Records for which the condition is true." }],
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (_config, input) => ({ schemas: { out: input ?? { fields: [] } }, problems: [] }),
	lint(config, input) {
		if (config.condition.trim() === "") {
			return [
				{
					code: "field-required",
					severity: "error",
					path: "condition",
					message: "Write a condition, for example temperature > 20.",
				},
			];
		}
		return checkExpression(config.condition, input, "condition", "boolean").problems;
	},
	cardSummary: (config) => config.condition.trim() || "no condition yet",
	fieldsRead(config, input) {
		const { tree } = checkExpression(config.condition, input, "condition", "boolean");
		return tree === undefined ? undefined : fieldsOf(tree);
	},
});
