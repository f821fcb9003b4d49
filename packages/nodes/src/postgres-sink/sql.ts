import type { FieldType, RecordSchema } from "@weir/records";
import type { PostgresSinkConfig } from "./definition.ts";

/** Column type that a field is stored as. */
const COLUMN_TYPES: Readonly<Record<FieldType, string>> = {
	number: "double precision",
	integer: "bigint",
	boolean: "boolean",
	text: "text",
	timestamp: "timestamptz",
	json: "jsonb",
};

/** Type of the elements that are sent; times travel as milliseconds. */
const SENT_TYPES: Readonly<Record<FieldType, string>> = { ...COLUMN_TYPES, timestamp: "double precision" };

/** PostgreSQL cuts longer names without a word, so that two of them could become one. */
export const NAME_BYTES = 63;
const encoder = new TextEncoder();

export function bytesOf(name: string): number {
	return encoder.encode(name).length;
}

function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

export function tableName(config: PostgresSinkConfig): string {
	return config.schema === "" ? quoted(config.table) : `${quoted(config.schema)}.${quoted(config.table)}`;
}

/** One INSERT for any number of rows: one array parameter per column. */
export function insertStatement(config: PostgresSinkConfig, schema: RecordSchema): string {
	const names = schema.fields.map((field) => quoted(field.name));
	const sent = schema.fields.map((field, i) => `$${i + 1}::${SENT_TYPES[field.type]}[]`);
	const values = schema.fields.map((field, i) => (field.type === "timestamp" ? `to_timestamp(c${i} / 1000)` : `c${i}`));
	const columns = schema.fields.map((_field, i) => `c${i}`);
	const insert = `INSERT INTO ${tableName(config)} (${names.join(", ")}) SELECT ${values.join(", ")} FROM unnest(${sent.join(", ")}) AS r(${columns.join(", ")})`;
	return config.mode === "append" ? insert : `${insert} ${onConflict(config, names)}`;
}

function onConflict(config: PostgresSinkConfig, names: readonly string[]): string {
	const keys = config.keyColumns.map(quoted);
	const rest = names.filter((name) => !keys.includes(name)).map((name) => `${name} = excluded.${name}`);
	return `ON CONFLICT (${keys.join(", ")}) DO ${rest.length === 0 ? "NOTHING" : `UPDATE SET ${rest.join(", ")}`}`;
}

/** Numbers that PostgreSQL knows the types of these columns by, the same everywhere. */
const TYPE_NUMBERS: Readonly<Record<FieldType, number>> = { number: 701, integer: 20, boolean: 16, text: 25, timestamp: 1184, json: 3802 };

/**
 * Whether COPY writes what the INSERT would, and may be tried: data of COPY in its binary format bears no types; it takes no notice of rules, and writes into
 * identity columns that an INSERT may not write; where row-level security holds for this user it is refused.
 */
export function seekCopyable(config: PostgresSinkConfig, schema: RecordSchema): string {
	const table = literal(tableName(config));
	const columns = schema.fields.map((field) => `(${literal(field.name)}, ${TYPE_NUMBERS[field.type]})`);
	return `SELECT EXISTS (
		SELECT FROM pg_class c
		WHERE oid = to_regclass(${table}) AND relkind IN ('r', 'p') AND NOT relhasrules AND reltype = to_regtype(${table}) AND NOT row_security_active(oid)
			AND ${columns.length} = (
				SELECT count(*) FROM pg_attribute WHERE attrelid = c.oid AND (attname, atttypid) IN (${columns.join(", ")})
				AND attnum > 0 AND NOT attisdropped AND atttypmod = -1 AND attidentity <> 'a'
			)
	) AS may_copy`;
}

/**
 * COPY, and behind it, when nobody can change the table any more, an error unless its columns were of the types that were written: of a column of another type
 * of the same width it would have made something else without a word.
 */
export function copyStatements(config: PostgresSinkConfig, schema: RecordSchema): string {
	const table = tableName(config);
	const names = schema.fields.map((field) => quoted(field.name));
	const isSame = schema.fields.map((field) => `pg_typeof((NULL::${table}).${quoted(field.name)})::oid = ${TYPE_NUMBERS[field.type]}`);
	return `COPY ${table} (${names.join(", ")}) FROM STDIN (FORMAT binary); SELECT 1 / (${isSame.join(" AND ")})::int`;
}

/** Reads the same whichever way the server takes backslashes. */
function literal(text: string): string {
	return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** Several tasks may do this at once: without the lock two of them would both find the table missing, and one would fail. */
export function createStatements(config: PostgresSinkConfig, schema: RecordSchema, serverVersion: number): string {
	const table = tableName(config);
	const columns = schema.fields.map((field) => `${quoted(field.name)} ${COLUMN_TYPES[field.type]}`);
	const statements = [
		"SELECT pg_advisory_xact_lock(7203951)",
		`CREATE TABLE IF NOT EXISTS ${table} (${columns.join(", ")})`,
		...columns.map((column) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${column}`),
	];
	if (config.mode === "upsert") statements.push(uniqueIndex(config, serverVersion));
	return statements.join("; ");
}

/** What is there of the table: the names of its columns, and whether it has an index that makes the keys unique. */
export const SEEK = `SELECT
	(SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped) AS columns,
	EXISTS (
		SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		WHERE i.indrelid = to_regclass($1) AND i.indisvalid AND (c.relname = $2 OR i.indisprimary AND (
			SELECT array_agg(attname::text) @> $3::text[] AND array_agg(attname::text) <@ $3::text[]
			FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = ANY (i.indkey)
		))
	) AS has_key,
	current_setting('server_version_num')::int AS version`;

export function seekValues(config: PostgresSinkConfig): unknown[] {
	return [tableName(config), indexName(config), config.keyColumns];
}

function indexName(config: PostgresSinkConfig): string {
	let name = `weir_${config.table}_${config.keyColumns.join("_")}`;
	while (bytesOf(name) > NAME_BYTES - 8) name = [...name].slice(0, -1).join("");
	// The sum keeps two names apart that begin alike.
	const sum = [...JSON.stringify([config.table, ...config.keyColumns])].reduce(
		(hash, c) => (Math.imul(hash, 31) + (c.codePointAt(0) ?? 0)) >>> 0,
		7,
	);
	return `${name}_${sum.toString(36)}`;
}

function uniqueIndex(config: PostgresSinkConfig, serverVersion: number): string {
	const nulls = serverVersion >= 150_000 ? " NULLS NOT DISTINCT" : "";
	return `CREATE UNIQUE INDEX IF NOT EXISTS ${quoted(indexName(config))} ON ${tableName(config)} (${config.keyColumns.map(quoted).join(", ")})${nulls}`;
}
