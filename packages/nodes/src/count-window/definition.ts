import { defineNode, type FieldMeta, type NodeProblem } from "@weir/node-kit";
import { durationField, gatheredFields, latenessField, windowDefinition } from "@weir/node-kit/windows";
import * as z from "zod";

const configSchema = z.strictObject({
	size: z
		.int()
		.min(1)
		.max(100_000)
		.default(10)
		.meta({ title: "Records", help: "How many records of a group make a window." } satisfies FieldMeta),
	step: z
		.int()
		.min(0)
		.max(100_000)
		.default(0)
		.meta({
			title: "A new one after",
			unit: "records",
			help: "1: at each record of the last so many. 0: when the one before is full, so that each record is in one window.",
		} satisfies FieldMeta),
	...gatheredFields,
	forgetAfterMs: durationField(
		"Forget after silence of",
		7 * 86_400_000,
		"A group that is silent this long loses the records of its unfinished window.",
	),
	allowedLatenessMs: latenessField(
		"How long event time waits for records that come later than the source allows for. Results come that much later, once: they are never corrected, and what comes later still leaves by the late port.",
	),
});

export type CountWindowConfig = z.infer<typeof configSchema>;

function lint({ size, step }: CountWindowConfig): NodeProblem[] {
	if (step <= size) return [];
	const message = "Records between two windows would be in none. Choose a new window at least as often as the number of records.";
	return [{ code: "value-too-large", severity: "error", path: "step", message }];
}

export const definition = defineNode<CountWindowConfig>({
	...windowDefinition<CountWindowConfig>({
		shapeText: (config) => `count ${config.size} step ${config.step}`,
		lengthText: (config) => `${config.size} records${config.step === 0 ? "" : ` every ${config.step}`}`,
		lint,
		summaryOfOut: "One record per window of a group, when it is full.",
		summaryOfLate: "Records that came after event time had passed them.",
		holds: "unfinished windows",
	}),
	kind: "count-window",
	title: "Count window",
	summary: "Sums up so many records of a group at a time",
	tags: ["aggregate", "last n", "moving average", "batch", "every n", "count"],
	config: configSchema,
});
