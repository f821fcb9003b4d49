import * as z from "zod";
import type { EndpointSettings, FieldMeta, NodeProblem, OutputSchemas, SourceReading } from "./definition.ts";
import { fieldProblem, repeatProblems } from "./fields.ts";

const FIELD_TYPES = ["text", "number", "integer", "boolean", "timestamp", "json"] as const;

/** One field of a record as a form shows it. */
export const fieldSchema = z.strictObject({
	name: z
		.string()
		.min(1, "Give the field a name.")
		.max(63, "A field's name has at most 63 characters.")
		.meta({ title: "Name", placeholder: "temperature" } satisfies FieldMeta),
	type: z
		.enum(FIELD_TYPES)
		.default("number")
		.meta({ title: "Type" } satisfies FieldMeta),
});

/** What a fleet of sensors usually sends; a new source begins with it, and learns its own fields from the first record. */
const USUAL_FIELDS: z.infer<typeof fieldSchema>[] = [
	{ name: "deviceId", type: "text" },
	{ name: "ts", type: "timestamp" },
	{ name: "temperature", type: "number" },
	{ name: "humidity", type: "number" },
	{ name: "status", type: "text" },
	{ name: "seq", type: "integer" },
];

const DAY_MS = 86_400_000;

/** Config that every source fed through a door has; a source adds its own. */
export const sourceFields = {
	format: z
		.enum(["json", "senml"])
		.default("json")
		.meta({ title: "Format", help: "How devices write their records: plain JSON objects, or SenML." } satisfies FieldMeta),
	fields: z
		.array(fieldSchema)
		.max(200)
		.default(USUAL_FIELDS)
		.meta({
			title: "Fields",
			widget: "schema",
			help: "What a record holds. Learn it from the first records, or type it.",
		} satisfies FieldMeta),
	eventTimeField: z
		.string()
		.default("ts")
		.meta({
			title: "Event time",
			widget: "field",
			help: "Field that says when it happened. Empty: the time of receipt.",
		} satisfies FieldMeta),
	missingEventTime: z
		.enum(["receipt", "reject"])
		.default("receipt")
		.meta({
			title: "Records without event time",
			advanced: true,
			help: "Count from the time of receipt, or become dead letters.",
			showIf: { field: "eventTimeField", isNot: [""] },
		} satisfies FieldMeta),
	keyField: z
		.string()
		.default("")
		.meta({
			title: "Record key",
			widget: "field",
			advanced: true,
			help: "Records with the same key stay in order. Empty: the device that posts.",
		} satisfies FieldMeta),
	messageIdField: z
		.string()
		.default("")
		.meta({
			title: "Message id",
			widget: "field",
			advanced: true,
			help: "Field whose value makes a repeat harmless: a second record with the same id is not stored.",
		} satisfies FieldMeta),
	maxDisorderMs: z
		.int()
		.min(0)
		.max(DAY_MS)
		.default(2_000)
		.meta({ title: "Disorder", widget: "duration", help: "How much later than its neighbours a record may come." } satisfies FieldMeta),
	idleAfterMs: z
		.int()
		.min(1_000)
		.max(DAY_MS)
		.default(5_000)
		.meta({
			title: "Silent after",
			widget: "duration",
			advanced: true,
			help: "A part of the stream that is silent for this long no longer holds up the others.",
		} satisfies FieldMeta),
	maxFutureMs: z
		.int()
		.min(0)
		.max(366 * DAY_MS)
		.default(300_000)
		.meta({
			title: "Clock tolerance",
			widget: "duration",
			advanced: true,
			help: "Records from further in the future become dead letters: the device's clock is wrong.",
		} satisfies FieldMeta),
	maxRecordBytes: z
		.int()
		.min(64)
		.max(60_000)
		.default(60_000)
		.meta({ title: "Largest record", widget: "bytes", advanced: true } satisfies FieldMeta),
};

/** Config of a source before it adds its own fields. */
export type SourceConfig = z.infer<z.ZodObject<typeof sourceFields>>;

/** Of every source: how sure its records are was a setting of the node once, and is one of its stream now. */
export const sourceMigrations = {
	1: (config: unknown): unknown => {
		const { durability: _, ...rest } = config as Record<string, unknown>;
		return rest;
	},
};

/** `reading` of a source. */
export function readingOf(config: SourceConfig): SourceReading {
	return {
		format: config.format,
		schema: { fields: config.fields },
		...(config.eventTimeField === "" ? {} : { eventTimeField: config.eventTimeField, missingEventTime: config.missingEventTime }),
		...(config.keyField === "" ? {} : { keyField: config.keyField }),
		maxDisorderMs: config.maxDisorderMs,
		idleAfterMs: config.idleAfterMs,
		maxFutureMs: config.maxFutureMs,
	};
}

/** What the gateway must know of a source, as far as all sources have it. */
export function endpointSettingsOf(config: SourceConfig): EndpointSettings {
	return {
		format: config.format,
		...(config.keyField === "" ? {} : { keyField: config.keyField }),
		...(config.messageIdField === "" ? {} : { messageIdField: config.messageIdField }),
		maxRecordBytes: config.maxRecordBytes,
	};
}

/** `outputSchema` of a source. */
export function sourceOutput(config: SourceConfig): OutputSchemas {
	return { schemas: { out: { fields: config.fields } }, problems: [] };
}

/** `lint` of a source. */
export function lintSource(config: SourceConfig): NodeProblem[] {
	const schema = { fields: config.fields };
	const problems = repeatProblems(
		config.fields.map((field) => field.name),
		(i) => `fields.${i}.name`,
	);
	if (config.fields.length === 0) {
		problems.push({
			code: "field-required",
			severity: "error",
			path: "fields",
			message: "Nothing is known of the records yet. Send one and learn its fields, or type them.",
		});
	}
	const checks = [
		config.eventTimeField === ""
			? undefined
			: fieldProblem(schema, config.eventTimeField, "eventTimeField", ["timestamp", "integer", "number"]),
		config.keyField === "" ? undefined : fieldProblem(schema, config.keyField, "keyField", ["text", "integer", "number", "boolean"]),
		config.messageIdField === "" ? undefined : fieldProblem(schema, config.messageIdField, "messageIdField", ["text", "integer", "number"]),
	];
	return [...problems, ...checks.filter((problem) => problem !== undefined)];
}

/** Second line of a source's card: "json · 6 fields". */
export function sourceSummary(config: SourceConfig): string {
	const fields = config.fields.length === 1 ? "1 field" : `${config.fields.length} fields`;
	return `${config.format === "senml" ? "SenML" : "JSON"} · ${fields}`;
}
