import { defineNode, type FieldMeta, formatDuration } from "@weir/node-kit";
import { joinDefinition, joinFields, joinSummary } from "@weir/node-kit/joins";
import * as z from "zod";

const HOUR_MS = 3_600_000;
const MOST_MS = 7 * 24 * HOUR_MS;

const configSchema = z.strictObject({
	leftKeys: joinFields.leftKeys,
	rightKeys: joinFields.rightKeys,
	kind: joinFields.kind,
	beforeMs: z
		.int()
		.min(0)
		.max(MOST_MS)
		.default(60_000)
		.meta({ title: "Right before left by", widget: "duration", help: "At most." } satisfies FieldMeta),
	afterMs: z
		.int()
		.min(0)
		.max(MOST_MS)
		.default(60_000)
		.meta({ title: "Right after left by", widget: "duration", help: "At most." } satisfies FieldMeta),
	prefix: joinFields.prefix,
	maxRows: joinFields.maxRows,
});

export type IntervalJoinConfig = z.infer<typeof configSchema>;

/** How long after its own event time a record without a partner leaves. */
export function longestWaitMs(config: IntervalJoinConfig): number {
	if (config.kind === "inner") return 0;
	return config.kind === "left" ? config.afterMs : Math.max(config.afterMs, config.beforeMs);
}

export const definition = defineNode<IntervalJoinConfig>({
	...joinDefinition<IntervalJoinConfig>({ shapeText: () => "by distance" }),
	kind: "interval-join",
	title: "Join",
	summary: "Puts records of two streams together that happened near each other",
	tags: ["interval join", "merge", "correlate", "enrich", "pair", "outer", "full", "stream to stream"],
	config: configSchema,
	cardSummary: (config) =>
		`${config.kind} · ${joinSummary(config)} · −${formatDuration(config.beforeMs)} … +${formatDuration(config.afterMs)}`,
});
