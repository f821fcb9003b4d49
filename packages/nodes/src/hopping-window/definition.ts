import { defineNode, type FieldMeta, formatDuration, type NodeProblem } from "@weir/node-kit";
import {
	alignedOwnFields,
	calendarFields,
	commonDivisor,
	durationField,
	gatheredFields,
	ifCalendar,
	ifDuration,
	lengthText,
	lintAligned,
	tellingFields,
	tellingText,
	windowDefinition,
} from "@weir/node-kit/windows";
import * as z from "zod";

/** A window is put together from so many pieces at most. */
const MOST_PIECES = 10_000;

const configSchema = z.strictObject({
	...calendarFields,
	sizeMs: durationField("Length", 600_000, "How much event time a window spans.", ifDuration),
	everyMs: durationField("A new one every", 60_000, "Windows begin at whole multiples of it (UTC).", ifDuration),
	units: z
		.int()
		.min(1)
		.max(366)
		.default(7)
		.meta({ title: "Days, weeks or months", help: "So many make a window.", showIf: ifCalendar } satisfies FieldMeta),
	everyUnits: z
		.int()
		.min(1)
		.max(366)
		.default(1)
		.meta({ title: "A new one every so many", showIf: ifCalendar } satisfies FieldMeta),
	...gatheredFields,
	...tellingFields,
});

export type HoppingWindowConfig = z.infer<typeof configSchema>;

function lint(config: HoppingWindowConfig): NodeProblem[] {
	const problems = lintAligned(config);
	const { unit, sizeMs, everyMs, units, everyUnits } = config;
	const [size, every] = unit === "duration" ? [sizeMs, everyMs] : [units, everyUnits];
	if (every > size) {
		const path = unit === "duration" ? "everyMs" : "everyUnits";
		const message = "Records between two windows would be in none. Choose a new window at least as often as the length.";
		problems.push({ code: "value-too-large", severity: "error", path, message });
	} else if (size / commonDivisor(size, every) > MOST_PIECES) {
		const message = `A window of ${formatDuration(sizeMs)} every ${formatDuration(everyMs)} is made of more than ${MOST_PIECES.toLocaleString("en")} pieces. Choose a step that the length is a smaller multiple of.`;
		problems.push({ code: "value-too-small", severity: "error", path: "everyMs", message });
	}
	return problems;
}

function everyText({ unit, everyMs, everyUnits }: HoppingWindowConfig): string {
	return `every ${lengthText(unit, everyMs, everyUnits)}`;
}

export const definition = defineNode<HoppingWindowConfig>({
	...windowDefinition<HoppingWindowConfig>({
		shapeText: (config) =>
			`${lengthText(config.unit, config.sizeMs, config.units)} ${everyText(config)} ${config.timeZone} ${tellingText(config)}`,
		lengthText: (config) => `${lengthText(config.unit, config.sizeMs, config.units)} ${everyText(config)}`,
		ownFields: alignedOwnFields,
		lint,
		summaryOfOut: "One record per window and group, when the window closes.",
		summaryOfLate: "Records that came after all their windows had closed.",
		holds: "open windows",
	}),
	kind: "hopping-window",
	title: "Hopping window",
	summary: "Sums up records over stretches of time that overlap",
	tags: ["aggregate", "average", "moving", "rolling", "overlap", "hop", "step", "last minutes", "group by", "time"],
	config: configSchema,
});
