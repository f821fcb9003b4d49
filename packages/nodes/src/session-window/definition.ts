import { defineNode, type FieldMeta, formatDuration, type NodeProblem } from "@weir/node-kit";
import { durationField, gatheredFields, lateField, latenessField, lintLate, windowDefinition } from "@weir/node-kit/windows";
import * as z from "zod";

const configSchema = z.strictObject({
	gapMs: durationField("Ends after silence of", 300_000, "A session goes on while records of its group come closer together than this."),
	mostMs: z
		.int()
		.min(0)
		.max(366 * 86_400_000)
		.default(86_400_000)
		.meta({
			title: "At the latest after",
			widget: "duration",
			help: "Counted from the first record; the next one begins a new session. 0 s: never.",
		} satisfies FieldMeta),
	...gatheredFields,
	allowedLatenessMs: latenessField("How long event time waits for records that come later than the source allows for."),
	late: lateField(
		"wait: results come that much later, once. correct: a session is told as soon as it ends, and again with the next revision when a late record changes it; one that a late record joins to another is told as retracted.",
	),
});

export type SessionWindowConfig = z.infer<typeof configSchema>;

function lint(config: SessionWindowConfig): NodeProblem[] {
	const { gapMs, mostMs } = config;
	const problems = lintLate(config);
	if (mostMs === 0 || mostMs >= gapMs) return problems;
	const message = "Every session would end before the silence does. Choose an end that is later than the silence, or 0 s for none.";
	return [...problems, { code: "value-too-small", severity: "error", path: "mostMs", message }];
}

/** Columns of sessions that may be told more than once. */
function ownFields({ late }: SessionWindowConfig) {
	if (late === "wait") return [];
	return [
		{ name: "revision", type: "integer" as const },
		{ name: "is_retracted", type: "boolean" as const },
	];
}

export const definition = defineNode<SessionWindowConfig>({
	...windowDefinition<SessionWindowConfig>({
		shapeText: (config) => `session ${config.gapMs} at most ${config.mostMs} ${config.late}`,
		lengthText: (config) => `silence ${formatDuration(config.gapMs)}`,
		ownFields,
		lint,
		summaryOfOut: "One record per session, when it has ended.",
		summaryOfLate: "Records that came after event time had passed them.",
		holds: "open sessions",
	}),
	kind: "session-window",
	title: "Session window",
	summary: "Sums up records from one silence to the next",
	tags: ["aggregate", "visit", "trip", "silence", "gap", "inactivity", "burst", "session"],
	config: configSchema,
});
