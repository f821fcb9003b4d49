import {
	byKeysText,
	defineNode,
	type FieldMeta,
	fieldTexts,
	formatDuration,
	keyPartitioning,
	keyProblems,
	maxKeysField,
	type NodeProblem,
	type RecordSchema,
} from "@weir/node-kit";
import * as z from "zod";

const HOUR_MS = 3_600_000;

const configSchema = z.strictObject({
	records: z
		.int()
		.min(1)
		.max(1_000_000)
		.default(10)
		.meta({
			title: "At most",
			unit: "records",
			help: "So many may come at once, and so many in the time below on average.",
		} satisfies FieldMeta),
	perMs: z
		.int()
		.min(1)
		.max(24 * HOUR_MS)
		.default(1_000)
		.meta({ title: "In", widget: "duration" } satisfies FieldMeta),
	keys: z
		.array(z.string())
		.max(16)
		.default(["deviceId"])
		.meta({
			title: "For each",
			widget: "fields",
			help: "Each of these has a rate of its own. Empty: one rate for all.",
		} satisfies FieldMeta),
	over: z
		.enum(["drop", "queue"])
		.default("drop")
		.meta({
			title: "Records above it",
			help: "drop: leave by the rejected port. queue: wait their turn in event time, in order.",
		} satisfies FieldMeta),
	clock: z
		.enum(["event", "receipt"])
		.default("event")
		.meta({
			title: "Time by",
			help: "event: when it happened. receipt: when the door received it. A queue moves with event time.",
			advanced: true,
			showIf: { field: "over", is: ["drop"] },
		} satisfies FieldMeta),
	maxQueued: z
		.int()
		.min(1)
		.max(1_000_000)
		.default(100_000)
		.meta({
			title: "Records waiting",
			help: "Above it (in one task) records leave by the rejected port.",
			advanced: true,
			showIf: { field: "over", is: ["queue"] },
		} satisfies FieldMeta),
	maxKeys: maxKeysField("Above it the key that was silent longest begins anew, and it is counted as expired."),
});

export type RateLimitConfig = z.infer<typeof configSchema>;

function lint(config: RateLimitConfig, input: RecordSchema | undefined): NodeProblem[] {
	const problems = keyProblems(input, config.keys);
	if (config.over === "queue" && config.clock === "receipt") {
		const message = "A queue moves with event time: choose event here, or drop what is above the rate.";
		problems.push({ code: "options-conflict", severity: "error", path: "clock", message });
	}
	return problems;
}

export const definition = defineNode<RateLimitConfig>({
	kind: "rate-limit",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "Rate limit",
	summary: "Lets so many records per key and time through",
	tags: ["throttle", "thinning", "token bucket", "delay", "quota", "protect", "smooth"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records, sometimes too many at once." }],
	outputs: [
		{ name: "out", summary: "Records within the rate." },
		{ name: "rejected", summary: "Records above the rate, or for which the queue had no room.", side: true },
	],
	config: configSchema,
	partitioning: (config) => keyPartitioning(config.keys),
	delivery: { guarantee: "effectively-once" },
	outputSchema(_config, input) {
		const schema = input ?? { fields: [] };
		return { schemas: { out: schema, rejected: schema }, problems: [] };
	},
	lint,
	cardSummary: (config) => `${config.records} per ${formatDuration(config.perMs)}${byKeysText(config.keys)} · ${config.over}`,
	fieldsRead: (config) => config.keys,
	stateSchema(config, input) {
		const rows =
			config.over === "queue"
				? fieldTexts(
						input,
						input.fields.map(({ name }) => name),
					)
				: "no rows";
		return `1 by ${fieldTexts(input, config.keys)} in ${config.clock} time with ${rows}`;
	},
	holds: "records that wait their turn",
});
