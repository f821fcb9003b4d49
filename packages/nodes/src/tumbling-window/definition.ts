import { defineNode } from "@weir/node-kit";
import {
	alignedOwnFields,
	calendarFields,
	durationField,
	gatheredFields,
	ifDuration,
	lengthText,
	lintAligned,
	tellingFields,
	tellingText,
	windowDefinition,
} from "@weir/node-kit/windows";
import * as z from "zod";

const configSchema = z.strictObject({
	...calendarFields,
	sizeMs: durationField("Length", 60_000, "Windows stand back to back and begin at whole multiples of it (UTC).", ifDuration),
	...gatheredFields,
	...tellingFields,
});

export type TumblingWindowConfig = z.infer<typeof configSchema>;

export const definition = defineNode<TumblingWindowConfig>({
	...windowDefinition<TumblingWindowConfig>({
		shapeText: (config) => `${lengthText(config.unit, config.sizeMs, 1)} ${config.timeZone} ${tellingText(config)}`,
		lengthText: (config) => lengthText(config.unit, config.sizeMs, 1),
		ownFields: alignedOwnFields,
		lint: lintAligned,
		summaryOfOut: "One record per window and group, when the window closes.",
		summaryOfLate: "Records that came after their window had closed.",
		holds: "open windows",
	}),
	kind: "tumbling-window",
	title: "Tumbling window",
	summary: "Sums up records over back-to-back stretches of time",
	tags: ["aggregate", "average", "count", "sum", "min", "max", "group by", "time", "fixed window", "day", "month"],
	config: configSchema,
});
