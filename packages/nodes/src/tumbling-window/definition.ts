import { defineNode, type FieldMeta, fieldProblem, fieldProblems, fieldTexts, type NodeProblem, repeatProblems } from "@weir/node-kit";
import * as z from "zod";
import { type Aggregate, FUNCTIONS, nameOf, typeOfAggregate, typesFor } from "./aggregate.ts";

const DAY_MS = 86_400_000;

const aggregateSchema = z.strictObject({
	function: z
		.enum(FUNCTIONS)
		.default("count")
		.meta({ title: "Function" } satisfies FieldMeta),
	field: z
		.string()
		.default("")
		.meta({ title: "Of", widget: "field", help: "Empty with count: counts records." } satisfies FieldMeta),
	as: z
		.string()
		.max(63)
		.default("")
		.meta({ title: "Name", help: "Empty: made from function and field." } satisfies FieldMeta),
});

const configSchema = z.strictObject({
	sizeMs: z
		.int()
		.min(1)
		.max(366 * DAY_MS)
		.default(60_000)
		.meta({
			title: "Length",
			widget: "duration",
			help: "Windows stand back to back and begin at whole multiples of it (UTC).",
		} satisfies FieldMeta),
	groupBy: z
		.array(z.string())
		.max(16)
		.default(["deviceId"])
		.meta({ title: "Per", widget: "fields", help: "One result for each distinct value. Empty: one for all." } satisfies FieldMeta),
	aggregates: z
		.array(aggregateSchema)
		.max(50)
		.default([{ function: "count", field: "", as: "" }])
		.meta({ title: "Results", widget: "list" } satisfies FieldMeta),
	allowedLatenessMs: z
		.int()
		.min(0)
		.max(30 * DAY_MS)
		.default(0)
		.meta({
			title: "Wait for late records",
			widget: "duration",
			advanced: true,
			help: "How long after its end a window still takes records. Its result comes that much later.",
		} satisfies FieldMeta),
});

export type TumblingWindowConfig = z.infer<typeof configSchema>;

type Input = Parameters<typeof fieldProblem>[0];

function outputFields(config: TumblingWindowConfig, input: Input) {
	const groups = config.groupBy.map((name) => ({
		name,
		type: input?.fields.find((field) => field.name === name)?.type ?? ("text" as const),
	}));
	return [
		{ name: "window_start", type: "timestamp" as const },
		{ name: "window_end", type: "timestamp" as const },
		...groups,
		...config.aggregates.map((aggregate) => ({ name: nameOf(aggregate), type: typeOfAggregate(aggregate, input) })),
	];
}

function lintAggregate(aggregate: Aggregate, path: string, input: Input): NodeProblem | undefined {
	if (aggregate.field === "") {
		if (aggregate.function === "count") return undefined;
		const message = `Choose the field to take the ${aggregate.function} of.`;
		return { code: "field-required", severity: "error", path: `${path}.field`, message };
	}
	return fieldProblem(input, aggregate.field, `${path}.field`, typesFor(aggregate.function));
}

function lint(config: TumblingWindowConfig, input: Input): NodeProblem[] {
	const problems = fieldProblems(input, config.groupBy, "groupBy");
	problems.push(...config.aggregates.flatMap((aggregate, i) => lintAggregate(aggregate, `aggregates.${i}`, input) ?? []));
	if (config.aggregates.length === 0) {
		problems.push({
			code: "field-required",
			severity: "error",
			path: "aggregates",
			message: "Name at least one result, for example count.",
		});
	}
	const names = outputFields(config, input).map((field) => field.name);
	const pathOf = (i: number) => (i < 2 + config.groupBy.length ? `groupBy.${i - 2}` : `aggregates.${i - 2 - config.groupBy.length}.as`);
	return [...problems, ...repeatProblems(names, pathOf)];
}

function durationText(durationMs: number): string {
	if (durationMs % DAY_MS === 0) return `${durationMs / DAY_MS} d`;
	if (durationMs % 3_600_000 === 0) return `${durationMs / 3_600_000} h`;
	if (durationMs % 60_000 === 0) return `${durationMs / 60_000} min`;
	return durationMs % 1_000 === 0 ? `${durationMs / 1_000} s` : `${durationMs} ms`;
}

export const definition = defineNode<TumblingWindowConfig>({
	kind: "tumbling-window",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "Tumbling window",
	summary: "Sums up records over back-to-back stretches of time",
	tags: ["aggregate", "average", "count", "sum", "min", "max", "group by", "time", "fixed window"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records to sum up." }],
	outputs: [
		{ name: "out", summary: "One record per window and group, when the window closes." },
		{ name: "late", summary: "Records that came after their window had closed.", side: true },
	],
	config: configSchema,
	partitioning: (config) => (config.groupBy.length === 0 ? { kind: "single" } : { kind: "by-key", fields: config.groupBy }),
	delivery: { guarantee: "effectively-once", needs: "Results depend on event time alone, so a replay gives the same ones." },
	outputSchema: (config, input) => ({
		schemas: { out: { fields: outputFields(config, input) }, late: input ?? { fields: [] } },
		problems: [],
	}),
	lint,
	cardSummary(config) {
		const per = config.groupBy.length === 0 ? "" : ` per ${config.groupBy.join(" + ")}`;
		return `${durationText(config.sizeMs)}${per} · ${config.aggregates.map(nameOf).join(", ")}`;
	},
	stateSchema(config, input) {
		const sums = config.aggregates.map(({ function: name, field }) => (field === "" ? name : `${name} ${fieldTexts(input, [field])}`));
		return `1 size ${config.sizeMs} by ${fieldTexts(input, config.groupBy)} of ${sums.join(", ")}`;
	},
	holds: "open windows",
	fieldsRead: (config) => [...new Set([...config.groupBy, ...config.aggregates.flatMap((a) => (a.field === "" ? [] : [a.field]))])],
});
