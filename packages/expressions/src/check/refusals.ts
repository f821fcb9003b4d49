import { locationOf, type PgNode, type PgOperation } from "../pg-nodes.ts";
import type { Checker } from "./checker.ts";

const AGGREGATES = new Set([
	"count",
	"sum",
	"avg",
	"min",
	"max",
	"array_agg",
	"string_agg",
	"json_agg",
	"bool_and",
	"bool_or",
	"stddev",
	"variance",
]);
const CLOCKS = new Set(["now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday"]);
const RANDOM = new Set(["random", "gen_random_uuid", "uuidv4", "uuidv7"]);

const CLOCK_SENTENCE = "The clock is not available, because a replay must give the same result; use the record's own time field.";
const SIMILAR_SENTENCE = "SIMILAR TO is not available; use LIKE, or a regular expression with `~`.";

/** Functions of PostgreSQL that give more than one value. */
const SEVERAL: Readonly<Record<string, string>> = {
	regexp_matches: "`regexp_matches` gives several rows; use regexp_match for the first match, or regexp_replace and regexp_count for all.",
	regexp_split_to_table: "`regexp_split_to_table` gives several rows; use regexp_split_to_array.",
	unnest: "`unnest` gives several rows; put an Explode node behind this one for that.",
	json_array_elements: "`json_array_elements` gives several rows; put an Explode node behind this one for that.",
	jsonb_array_elements: "`jsonb_array_elements` gives several rows; put an Explode node behind this one for that.",
	similar_to_escape: SIMILAR_SENTENCE,
};

/** Why a function that PostgreSQL has is not one of ours; undefined for names that are merely unknown. */
export function functionRefusal(name: string): string | undefined {
	if (AGGREGATES.has(name)) return `\`${name}\` brings many records together, but an expression sees one record. Use a window node for it.`;
	if (CLOCKS.has(name)) return CLOCK_SENTENCE;
	if (RANDOM.has(name)) return "Random values are not available, because a replay must give the same result.";
	return Object.hasOwn(SEVERAL, name) ? SEVERAL[name] : undefined;
}

const OPERATOR_ADVICE: Readonly<Record<string, string>> = {
	"==": "Write `=` to compare.",
	"===": "Write `=` to compare.",
	"!==": "Write `<>` to compare.",
	"&&": "Write AND.",
	"!": "Write NOT.",
	"**": "Write `^` for a power.",
	"=>": "Write `>=`.",
	"=<": "Write `<=`.",
	"=!": "Write `<>`.",
	"~~": "Write LIKE.",
	"~~*": "Write ILIKE.",
	"@>": "Use array_contains(array, value), or `?` for a name.",
	"?|": "Write `?` once for each name and join them with OR.",
	"?&": "Write `?` once for each name and join them with AND.",
	"@": "Write abs(…).",
	"|/": "Write sqrt(…).",
};

export function refuseOperator(checker: Checker, operation: PgOperation, name: string): undefined {
	const location = operation.location ?? 0;
	if (name === "SIMILAR TO") return checker.report("expression-unsupported", location, SIMILAR_SENTENCE);
	const advice = Object.hasOwn(OPERATOR_ADVICE, name) ? OPERATOR_ADVICE[name] : undefined;
	const index = checker.indexOf(location);
	const replacement = /^Write `([^`]+)`(?: to compare| for a power)?\.$|^Write (AND|OR|NOT)\.$/.exec(advice ?? "");
	const word = replacement?.[1] ?? replacement?.[2];
	const mended = word && checker.text.slice(0, index) + word + (word === "NOT" ? " " : "") + checker.text.slice(index + name.length);
	const message = `There is no operator \`${name}\` here.${advice === undefined ? "" : ` ${advice}`}`;
	return checker.report("expression-unsupported", location, message, mended);
}

const KINDS: Readonly<Record<string, string>> = {
	SubLink: "An expression sees one record and cannot select from tables; take the SELECT out.",
	ParamRef: "Parameters such as $1 are not available; write the value or a field.",
	RowExpr: "An expression gives one value; take out the comma.",
	CollateClause: "COLLATE is not available; texts are ordered by their characters.",
	SetToDefault: "DEFAULT has no meaning here; write a value.",
	GroupingFunc: "GROUPING has no meaning here: an expression sees one record.",
	CurrentOfExpr: "CURRENT OF has no meaning here: an expression sees one record.",
};

/** Says why a part of SQL's grammar has no place in an expression. */
export function refuse(checker: Checker, node: PgNode, kind: string): undefined {
	const location = locationOf(node);
	if (kind === "SQLValueFunction") return refuseWordOfSql(checker, location);
	const message = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
	return checker.report("expression-unsupported", location, message ?? "This part of SQL is not available in an expression.");
}

/** CURRENT_USER, CURRENT_TIMESTAMP and their like; `user` may also be a field that needs quotes. */
function refuseWordOfSql(checker: Checker, location: number): undefined {
	const index = checker.indexOf(location);
	const word = /^\w+/.exec(checker.text.slice(index))?.[0] ?? "";
	const field = checker.schema.fields.find(({ name }) => name.toLowerCase() === word.toLowerCase());
	if (field !== undefined) {
		const mended = `${checker.text.slice(0, index)}"${field.name}"${checker.text.slice(index + word.length)}`;
		const message = `\`${word}\` is a word of SQL. Put it in double quotes to mean the field: "${field.name}".`;
		return checker.report("expression-unknown-field", location, message, mended);
	}
	const isClock = /time|date/i.test(word);
	return checker.report(
		"expression-unsupported",
		location,
		isClock ? CLOCK_SENTENCE : `\`${word.toUpperCase()}\` has no meaning in an expression.`,
	);
}

/** Clauses of a SELECT that the text must not bring along; the first that is there is named. */
const CLAUSES: readonly (readonly [string, string])[] = [
	["distinctClause", "DISTINCT"],
	["intoClause", "INTO"],
	["fromClause", "FROM"],
	["whereClause", "WHERE"],
	["groupClause", "GROUP BY"],
	["havingClause", "HAVING"],
	["windowClause", "WINDOW"],
	["valuesLists", "VALUES"],
	["sortClause", "ORDER BY"],
	["limitOffset", "OFFSET"],
	["limitCount", "LIMIT"],
	["lockingClause", "FOR UPDATE"],
	["withClause", "WITH"],
];

/** The word of the first clause that makes a statement more than a list of values; undefined when there is none. */
export function clauseOf(statement: NonNullable<PgNode["SelectStmt"]>): string | undefined {
	if (statement.op !== "SETOP_NONE") return "UNION, INTERSECT or EXCEPT";
	return CLAUSES.find(([key]) => statement[key] !== undefined)?.[1];
}
