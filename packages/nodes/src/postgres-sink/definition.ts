import { defineNode, type FieldMeta, fieldProblems, type NodeProblem, repeatProblems } from "@weir/node-kit";
import * as z from "zod";
import { bytesOf, NAME_BYTES } from "./sql.ts";

const nameSchema = z
	.string()
	.refine(
		(name) => bytesOf(name) <= NAME_BYTES,
		"PostgreSQL takes names of at most 63 bytes, and a letter beyond A to Z counts as two or more.",
	);

const configSchema = z.strictObject({
	connection: z
		.string()
		.optional()
		.meta({ title: "Connection", widget: "connection", help: "Empty: the built-in Postgres of your tenant." } satisfies FieldMeta),
	table: nameSchema.default("results").meta({
		title: "Table",
		widget: "target",
		target: { kind: "table", within: "schema" },
		placeholder: "results",
		help: "Made when it is missing; columns that are missing are added.",
	} satisfies FieldMeta),
	schema: nameSchema.default("").meta({ title: "Schema", advanced: true, help: "Empty: the user's own first schema." } satisfies FieldMeta),
	mode: z
		.enum(["append", "upsert"])
		.default("append")
		.meta({
			title: "Mode",
			help: "append: every record is a new row. upsert: a record with the same key replaces the row that is there.",
		} satisfies FieldMeta),
	keyColumns: z
		.array(z.string())
		.max(16)
		.default([])
		.meta({
			title: "Key",
			widget: "fields",
			help: "The fields that name a row.",
			showIf: { field: "mode", is: ["upsert"] },
		} satisfies FieldMeta),
	createTable: z
		.boolean()
		.default(true)
		.meta({ title: "Make the table", advanced: true, help: "Off: the table must be there with all columns." } satisfies FieldMeta),
});

export type PostgresSinkConfig = z.infer<typeof configSchema>;

function lint(config: PostgresSinkConfig, input: Parameters<typeof fieldProblems>[0]): NodeProblem[] {
	const problems: NodeProblem[] = [];
	if (config.table.trim() === "") {
		problems.push({ code: "field-required", severity: "error", path: "table", message: "Give the table a name, for example results." });
	}
	if (config.table === "weir_checkpoint" || config.table === "weir_checkpoint_part") {
		const message = `In ${config.table} Weir keeps how far each flow has come; choose another table.`;
		problems.push({ code: "name-taken", severity: "error", path: "table", message });
	}
	if (input !== undefined && input.fields.length === 0) {
		problems.push({ code: "input-empty", severity: "error", message: "No fields arrive here. Learn the fields of the source first." });
	}
	const long = input?.fields.find((field) => bytesOf(field.name) > NAME_BYTES);
	if (long !== undefined) {
		const message = `PostgreSQL takes column names of at most 63 bytes; rename ${long.name} with a Map node.`;
		problems.push({ code: "name-too-long", severity: "error", message });
	}
	if (config.mode === "append") return problems;
	if (config.keyColumns.length === 0) {
		const message = "Choose the fields that name a row, for example window_start and deviceId.";
		problems.push({ code: "field-required", severity: "error", path: "keyColumns", message });
	}
	return [
		...problems,
		...fieldProblems(input, config.keyColumns, "keyColumns"),
		...repeatProblems(config.keyColumns, (i) => `keyColumns.${i}`),
	];
}

export const definition = defineNode<PostgresSinkConfig>({
	kind: "postgres-sink",
	version: 1,
	migrations: {},
	role: "sink",
	category: "sink",
	title: "Postgres sink",
	summary: "Writes records into a table",
	tags: ["postgresql", "database", "sql", "table", "timescale", "upsert", "insert", "store"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records to write." }],
	outputs: [],
	config: configSchema,
	connection: "postgres",
	partitioning: (config) => (config.mode === "upsert" ? { kind: "by-key", fields: config.keyColumns } : { kind: "any" }),
	delivery: {
		guarantee: "effectively-once",
		needs: "Rows and the place in the stream are committed in one transaction of the same database, which holds one small table for it.",
	},
	outputSchema: () => ({ schemas: {}, problems: [] }),
	lint,
	cardSummary: (config) =>
		`${config.table} · ${config.mode}${config.mode === "upsert" ? ` on ${config.keyColumns.join(" + ") || "?"}` : ""}`,
	commitsIn: "connection",
	aside(config, replay) {
		const table = tableAside(config.table, replay);
		// The live table may be somebody else's to make; this one is the replay's own.
		return { config: { ...config, table, createTable: true }, target: config.schema === "" ? table : `${config.schema}.${table}` };
	},
	writesTo: ({ connection = "", schema, table }) => ({
		key: JSON.stringify([connection, schema, table]),
		name: schema === "" ? table : `${schema}.${table}`,
	}),
	again: (config) =>
		config.mode === "upsert"
			? {
					isHarmless: true,
					sentence: `Rows in ${config.table} with the same ${config.keyColumns.join(" and ")} are replaced; others are added.`,
				}
			: { isHarmless: false, sentence: `Each row goes into ${config.table} a second time: it appends.` },
});

function tableAside(table: string, replay: number): string {
	const suffix = `_replay_${replay}`;
	let name = table;
	while (bytesOf(name) > NAME_BYTES - bytesOf(suffix)) name = [...name].slice(0, -1).join("");
	return name + suffix;
}
