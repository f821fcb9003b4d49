import { defineNode, type FieldMeta, formatDuration, type NodeProblem } from "@weir/node-kit";
import { joinDefinition, joinFields, joinSummary } from "@weir/node-kit/joins";
import { calendarFields, durationField, latenessField, lengthText, lintCalendar } from "@weir/node-kit/windows";
import * as z from "zod";

/** So many windows may a record lie in: it is held once for each. */
const MOST_WINDOWS = 100;

const configSchema = z.strictObject({
	leftKeys: joinFields.leftKeys,
	rightKeys: joinFields.rightKeys,
	kind: joinFields.kind,
	sizeMs: durationField(
		"Window",
		60_000,
		"Records meet when they happened in the same window. Its length; windows begin at whole multiples (UTC).",
	),
	everyMs: z
		.int()
		.min(0)
		.max(366 * 86_400_000)
		.default(0)
		.meta({
			title: "A new one every",
			widget: "duration",
			help: "0: when the one before ends. Shorter than the window: windows overlap, and a pair leaves once for each that both are in.",
			advanced: true,
		} satisfies FieldMeta),
	...calendarFields,
	allowedLatenessMs: latenessField("How long after its end a window still takes records. One without a partner leaves that much later."),
	prefix: joinFields.prefix,
	maxRows: joinFields.maxRows,
});

export type WindowJoinConfig = z.infer<typeof configSchema>;

/** From the beginning of a window to that of the next. */
export function stepMs({ sizeMs, everyMs }: WindowJoinConfig): number {
	return everyMs === 0 ? sizeMs : everyMs;
}

function lint(config: WindowJoinConfig): NodeProblem[] {
	const problems = lintCalendar(config);
	const { unit, sizeMs, everyMs } = config;
	const problem = (code: string, severity: NodeProblem["severity"], message: string) =>
		problems.push({ code, severity, path: "everyMs", message });
	if (unit !== "duration") {
		if (everyMs !== 0)
			problem("field-unused", "warning", "Days, weeks and months stand back to back; this is for windows of a fixed duration.");
	} else if (everyMs > sizeMs) {
		problem(
			"value-too-large",
			"error",
			"Records between two windows would be in none. Choose a new window at least as often as the length.",
		);
	} else if (sizeMs > MOST_WINDOWS * stepMs(config)) {
		const message = `Each record would be in more than ${MOST_WINDOWS} windows and is held once for each. Choose fewer, longer steps.`;
		problem("value-too-small", "error", message);
	}
	return problems;
}

function windowText(config: WindowJoinConfig): string {
	const { unit, sizeMs, everyMs } = config;
	const length = lengthText(unit, sizeMs, 1);
	return unit === "duration" && everyMs > 0 ? `${length} every ${formatDuration(everyMs)}` : length;
}

export const definition = defineNode<WindowJoinConfig>({
	...joinDefinition<WindowJoinConfig>({
		shapeText: (config) => `${windowText(config)} ${config.timeZone}`,
		leading: [
			{ name: "window_start", type: "timestamp" },
			{ name: "window_end", type: "timestamp" },
		],
		lint,
	}),
	kind: "window-join",
	title: "Window join",
	summary: "Puts records of two streams together that happened in the same window",
	tags: ["join", "window", "merge", "correlate", "pair", "outer", "full", "stream to stream", "same day", "same hour"],
	config: configSchema,
	cardSummary: (config) => `${config.kind} · ${joinSummary(config)} · same ${windowText(config)}`,
});
