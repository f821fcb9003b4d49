import { type FieldType, formatDuration, type RecordSchema } from "@weir/records";
import * as z from "zod";
import type { FieldMeta, NodeDefinition, NodeProblem, ShowIf } from "../definition.ts";
import { fieldProblems, fieldTexts, repeatProblems } from "../fields.ts";
import { type Aggregate, aggregatesField, fieldsOfAggregates, lintAggregate, nameOfAggregate, typeOfAggregate } from "./aggregate.ts";
import { isTimeZone } from "./calendar.ts";

const DAY_MS = 86_400_000;

/** What a window gathers, and for which groups. */
export interface Gathered {
	readonly groupBy: readonly string[];
	readonly aggregates: readonly Aggregate[];
}

/** Fields that every window's config has. */
export const gatheredFields = {
	groupBy: z
		.array(z.string())
		.max(16)
		.default(["deviceId"])
		.meta({ title: "Per", widget: "fields", help: "One result for each distinct value. Empty: one for all." } satisfies FieldMeta),
	aggregates: aggregatesField,
};

/** How long to take records that come late. */
export function latenessField(help: string) {
	return z
		.int()
		.min(0)
		.max(30 * DAY_MS)
		.default(0)
		.meta({ title: "Wait for late records", widget: "duration", advanced: true, help } satisfies FieldMeta);
}

/** A length of event time. */
export function durationField(title: string, startMs: number, help: string, showIf?: ShowIf) {
	return z
		.int()
		.min(1)
		.max(366 * DAY_MS)
		.default(startMs)
		.meta({ title, widget: "duration", help, ...(showIf === undefined ? {} : { showIf }) } satisfies FieldMeta);
}

/** Of windows that may follow the calendar: for fields of a length that is a fixed duration, and for those of one that is not. */
export const ifDuration: ShowIf = { field: "unit", is: ["duration"] };
export const ifCalendar: ShowIf = { field: "unit", isNot: ["duration"] };

/** Fields that say how windows lie in time, for those that lie at the same times for all groups. */
export const calendarFields = {
	unit: z
		.enum(["duration", "day", "week", "month"])
		.default("duration")
		.meta({
			title: "Counted in",
			help: "A fixed duration, or days, weeks (from Monday) or months as calendars have them, 23 or 25 hours where clocks change.",
		} satisfies FieldMeta),
	timeZone: z
		.string()
		.max(64)
		.default("UTC")
		.meta({
			title: "Time zone",
			placeholder: "Europe/Berlin",
			help: "Whose midnight the days, weeks and months begin at.",
			showIf: ifCalendar,
		} satisfies FieldMeta),
};

/** What becomes of records that come in the time for late ones. */
export function lateField(help: string) {
	return z
		.enum(["wait", "correct"])
		.default("wait")
		.meta({ title: "Late records in that time", advanced: true, help } satisfies FieldMeta);
}

/** Fields that say when such windows speak. */
export const tellingFields = {
	allowedLatenessMs: latenessField("How long after its end a window still takes records."),
	late: lateField(
		"wait: the result comes that much later, once. correct: it comes at the end of the window, and again with the next revision for each late record.",
	),
	early: z
		.enum(["off", "records", "time"])
		.default("off")
		.meta({
			title: "Early results",
			advanced: true,
			help: "Results of windows that are still open, marked is_partial: after so many records of a group, or each time event time has gone on so far.",
		} satisfies FieldMeta),
	earlyRecords: z
		.int()
		.min(1)
		.max(1_000_000)
		.default(1_000)
		.meta({ title: "Early after", unit: "records", advanced: true, showIf: { field: "early", is: ["records"] } } satisfies FieldMeta),
	earlyMs: z
		.int()
		.min(1)
		.max(366 * DAY_MS)
		.default(60_000)
		.meta({ title: "Early every", widget: "duration", advanced: true, showIf: { field: "early", is: ["time"] } } satisfies FieldMeta),
};

/** What `calendarFields` and `tellingFields` parse to. */
export interface AlignedConfig {
	readonly unit: "duration" | "day" | "week" | "month";
	readonly timeZone: string;
	readonly allowedLatenessMs: number;
	readonly late: "wait" | "correct";
	readonly early: "off" | "records" | "time";
	readonly earlyRecords: number;
	readonly earlyMs: number;
}

/** What one kind of window adds to what all have in common. */
export interface WindowKind<Config> {
	/** Everything about the length of the windows that a snapshot depends on. */
	shapeText(config: Config): string;
	/** First words of the card: "10 min". */
	lengthText(config: Config): string;
	/** Columns between the window's and the groups'. */
	ownFields?(config: Config): readonly { readonly name: string; readonly type: FieldType }[];
	/** Conditions besides those of the aggregates read these fields; undefined: all. */
	ownFieldsRead?(config: Config, input: RecordSchema): readonly string[] | undefined;
	lint?(config: Config, input: RecordSchema | undefined): readonly NodeProblem[];
	readonly summaryOfOut: string;
	readonly summaryOfLate: string;
	readonly holds: string;
}

type Common =
	| "version"
	| "migrations"
	| "role"
	| "category"
	| "status"
	| "inputs"
	| "outputs"
	| "partitioning"
	| "delivery"
	| "outputSchema"
	| "lint"
	| "cardSummary"
	| "stateSchema"
	| "holds"
	| "fieldsRead"
	| "keeps";

/** The parts of a definition that all windows have in common. */
export function windowDefinition<Config extends Gathered>(kind: WindowKind<Config>): Pick<NodeDefinition<Config>, Common> {
	return {
		version: 1,
		migrations: {},
		role: "transform",
		category: "stateful",
		status: "stable",
		inputs: [{ name: "in", summary: "Records to sum up." }],
		outputs: [
			{ name: "out", summary: kind.summaryOfOut },
			{ name: "late", summary: kind.summaryOfLate, side: true },
		],
		partitioning: ({ groupBy }) => (groupBy.length === 0 ? { kind: "single" } : { kind: "by-key", fields: groupBy }),
		delivery: { guarantee: "effectively-once", needs: "Results depend on event time alone, so a replay gives the same ones." },
		outputSchema: (config, input) => ({
			schemas: { out: { fields: outputFields(kind, config, input) }, late: input ?? { fields: [] } },
			problems: [],
		}),
		lint: (config, input) => [...lintGathered(kind, config, input), ...(kind.lint?.(config, input) ?? [])],
		cardSummary(config) {
			const per = config.groupBy.length === 0 ? "" : ` per ${config.groupBy.join(" + ")}`;
			return `${kind.lengthText(config)}${per} · ${config.aggregates.map(nameOfAggregate).join(", ")}`;
		},
		stateSchema: (config, input) =>
			`3 ${kind.shapeText(config)} by ${fieldTexts(input, config.groupBy)} of ${config.aggregates.map((aggregate) => stateOf(aggregate, input)).join(", ")}`,
		holds: kind.holds,
		fieldsRead(config, input) {
			const gathered = fieldsOfAggregates(config.aggregates, input);
			const own = kind.ownFieldsRead === undefined ? [] : kind.ownFieldsRead(config, input);
			return gathered === undefined || own === undefined ? undefined : [...new Set([...config.groupBy, ...gathered, ...own])];
		},
		keeps: ({ groupBy }) => groupBy,
	};
}

/** What an aggregate keeps: the same text, the same snapshot. */
function stateOf({ function: name, field, filter, atMost }: Aggregate, input: RecordSchema): string {
	const of = field === "" ? name : `${name} ${fieldTexts(input, [field])}`;
	const most = name === "collect" ? ` at most ${atMost}` : "";
	return `${of}${most}${filter.trim() === "" ? "" : ` where ${filter.trim()}`}`;
}

function outputFields<Config extends Gathered>(kind: WindowKind<Config>, config: Config, input: RecordSchema | undefined) {
	const typeOf = (name: string): FieldType => input?.fields.find((field) => field.name === name)?.type ?? "text";
	return [
		{ name: "window_start", type: "timestamp" as const },
		{ name: "window_end", type: "timestamp" as const },
		...(kind.ownFields?.(config) ?? []),
		...config.groupBy.map((name) => ({ name, type: typeOf(name) })),
		...config.aggregates.map((aggregate) => ({ name: nameOfAggregate(aggregate), type: typeOfAggregate(aggregate, input) })),
	];
}

function lintGathered<Config extends Gathered>(kind: WindowKind<Config>, config: Config, input: RecordSchema | undefined): NodeProblem[] {
	const problems = fieldProblems(input, config.groupBy, "groupBy");
	problems.push(...config.aggregates.flatMap((aggregate, i) => lintAggregate(aggregate, `aggregates.${i}`, input)));
	if (config.aggregates.length === 0) {
		problems.push({
			code: "field-required",
			severity: "error",
			path: "aggregates",
			message: "Name at least one result, for example count.",
		});
	}
	const names = outputFields(kind, config, input).map((field) => field.name);
	const groupsAt = names.length - config.aggregates.length - config.groupBy.length;
	const aggregatesAt = groupsAt + config.groupBy.length;
	const pathOf = (i: number) => (i < aggregatesAt ? `groupBy.${i - groupsAt}` : `aggregates.${i - aggregatesAt}.as`);
	return [...problems, ...repeatProblems(names, pathOf)];
}

/** Columns of windows that may speak more than once. */
export function alignedOwnFields({ late, early }: AlignedConfig) {
	return [
		...(late === "correct" || early !== "off" ? [{ name: "revision", type: "integer" as const }] : []),
		...(early === "off" ? [] : [{ name: "is_partial", type: "boolean" as const }]),
	];
}

/** Everything wrong with `calendarFields`. */
export function lintCalendar({ unit, timeZone }: Pick<AlignedConfig, "unit" | "timeZone">): NodeProblem[] {
	if (!isTimeZone(timeZone)) {
		const message = `No time zone is called ${timeZone}. Write one as Europe/Berlin or America/New_York, or UTC.`;
		return [{ code: "time-zone-unknown", severity: "error", path: "timeZone", message }];
	}
	if (unit !== "duration" || timeZone === "UTC") return [];
	const message = "The time zone is for days, weeks and months; windows of a fixed duration begin at whole multiples of it in UTC.";
	return [{ code: "field-unused", severity: "warning", path: "timeZone", message }];
}

/** Everything wrong with the fields that aligned windows have in common. */
export function lintAligned(config: AlignedConfig): NodeProblem[] {
	return [...lintCalendar(config), ...lintLate(config)];
}

/** Corrections need a time for records to be late in. */
export function lintLate({ late, allowedLatenessMs }: Pick<AlignedConfig, "late" | "allowedLatenessMs">): NodeProblem[] {
	if (late === "wait" || allowedLatenessMs > 0) return [];
	const message = "Say how long late records may correct a result under Wait for late records, for example 10 min.";
	return [{ code: "field-required", severity: "error", path: "allowedLatenessMs", message }];
}

/** "10 min", "3 days". */
export function lengthText(unit: AlignedConfig["unit"], sizeMs: number, units: number): string {
	if (unit === "duration") return formatDuration(sizeMs);
	return units === 1 ? unit : `${units} ${unit}s`;
}

/** What a snapshot of aligned windows depends on, besides their shape. */
export function tellingText({ late, early }: AlignedConfig): string {
	return late === "correct" || early !== "off" ? "told often" : "told once";
}

/** Greatest length that both are whole multiples of. */
export function commonDivisor(a: number, b: number): number {
	return b === 0 ? a : commonDivisor(b, a % b);
}
