import { checkExpression, defineNode, type FieldMeta, fieldsOf, formatDuration } from "@weir/node-kit";
import { durationField, gatheredFields, latenessField, windowDefinition } from "@weir/node-kit/windows";
import * as z from "zod";

const configSchema = z.strictObject({
	sizeMs: durationField("Look back", 60_000, "How much event time before its record a window spans."),
	delayMs: z
		.int()
		.min(0)
		.max(86_400_000)
		.default(0)
		.meta({
			title: "And ahead",
			widget: "duration",
			advanced: true,
			help: "How much event time behind its record a window spans too. The result comes that much later.",
		} satisfies FieldMeta),
	when: z
		.string()
		.max(8_000)
		.default("")
		.meta({
			title: "At records where",
			widget: "expression",
			placeholder: "status = 'alarm'",
			help: "Which records have a window. Empty: all. The others are still in the windows of those that have one.",
		} satisfies FieldMeta),
	...gatheredFields,
	allowedLatenessMs: latenessField(
		"How long event time waits for records that come later than the source allows for. Results come that much later, once: they are never corrected, and what comes later still leaves by the late port.",
	),
});

export type SlidingWindowConfig = z.infer<typeof configSchema>;

export const definition = defineNode<SlidingWindowConfig>({
	...windowDefinition<SlidingWindowConfig>({
		shapeText: (config) => `sliding ${config.sizeMs} ahead ${config.delayMs}${config.when.trim() === "" ? "" : " when"}`,
		lengthText: (config) => `last ${formatDuration(config.sizeMs)}`,
		ownFieldsRead(config, input) {
			if (config.when.trim() === "") return [];
			const { tree } = checkExpression(config.when, input, "when", "boolean");
			return tree === undefined ? undefined : fieldsOf(tree);
		},
		lint: (config, input) => (config.when.trim() === "" ? [] : checkExpression(config.when, input, "when", "boolean").problems),
		summaryOfOut: "One record per record that has a window.",
		summaryOfLate: "Records that came after event time had passed them.",
		holds: "records to look back on",
	}),
	kind: "sliding-window",
	title: "Sliding window",
	summary: "Sums up the time just before each record",
	tags: ["aggregate", "moving average", "rolling", "look back", "last minutes", "on event", "trend"],
	config: configSchema,
});
