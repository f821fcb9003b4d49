import { formatInterval } from "./intervals.ts";
import { quoted } from "./names.ts";
import { formatLocal, formatTimestamp } from "./timestamps.ts";
import type { Literal, TypedExpression } from "./tree.ts";
import { formatNumber } from "./values.ts";

/** The expression as PostgreSQL would read it, for messages and explanations; parentheses wherever one operation is inside another. */
export function printExpression(tree: TypedExpression): string {
	const not = "negated" in tree && tree.negated ? "not " : "";
	switch (tree.kind) {
		case "literal":
			return printLiteral(tree);
		case "months":
			return `interval '${formatInterval(tree)}'`;
		case "field":
			return quoted(tree.name);
		case "arithmetic":
			return `${factor(tree.left, tree.right)} ${tree.operator} ${factor(tree.right, tree.left)}`;
		case "compare":
			return `${inner(tree.left)} ${tree.operator} ${inner(tree.right)}`;
		case "negate":
			return `-${inner(tree.operand)}`;
		case "and":
		case "or":
			return tree.operands.map(inner).join(` ${tree.kind} `);
		case "join":
			return tree.operands.map(inner).join(" || ");
		case "not":
			return `not ${inner(tree.operand)}`;
		case "is":
			return `${inner(tree.operand)} is ${not}${tree.test}`;
		case "distinct":
			return `${inner(tree.left)} is ${not}distinct from ${inner(tree.right)}`;
		case "in":
			return `${inner(tree.operand)} ${not}in (${tree.items.map(printExpression).join(", ")})`;
		case "between":
			return `${inner(tree.operand)} ${not}between ${tree.symmetric ? "symmetric " : ""}${inner(tree.low)} and ${inner(tree.high)}`;
		case "like":
			return `${inner(tree.operand)} ${not}${tree.ignoresCase ? "ilike" : "like"} ${inner(tree.pattern)}`;
		case "match":
			return `${inner(tree.operand)} ${tree.negated ? "!" : ""}~${tree.ignoresCase ? "*" : ""} ${inner(tree.pattern)}`;
		case "bits":
			return `${inner(tree.left)} ${tree.operator} ${inner(tree.right)}`;
		case "case": {
			const branches = tree.branches.map(({ when, then }) => `when ${printExpression(when)} then ${printExpression(then)}`);
			return `case ${branches.join(" ")} else ${printExpression(tree.otherwise)} end`;
		}
		case "coalesce":
			return `coalesce(${tree.operands.map(printExpression).join(", ")})`;
		case "nullif":
			return `nullif(${printExpression(tree.left)}, ${printExpression(tree.right)})`;
		case "cast":
			return `${inner(tree.operand)}::${tree.type}`;
		case "call":
			return printCall(tree);
		case "member":
			return `${inner(tree.operand)} ${tree.type === "json" ? "->" : "->>"} ${inner(tree.key)}`;
	}
}

const SIMPLE = new Set<TypedExpression["kind"]>(["literal", "field", "coalesce", "nullif", "call", "cast"]);

function inner(tree: TypedExpression): string {
	return SIMPLE.has(tree.kind) ? printExpression(tree) : `(${printExpression(tree)})`;
}

/** Beside an integer a number must show that it is one, or the two would be calculated as integers. */
function factor(tree: TypedExpression, other: TypedExpression): string {
	const written = inner(tree);
	const isHidden = tree.kind === "literal" && tree.type === "number" && other.type === "integer" && /^-?\d+$/.test(written);
	return isHidden ? `${written}.0` : written;
}

function printLiteral({ value, type }: Literal): string {
	if (value === null) return "null";
	if (typeof value === "boolean") return String(value);
	if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
	switch (type) {
		case "timestamp":
			return `'${formatTimestamp(value)}'`;
		case "local":
			return `'${formatLocal(value)}'`;
		case "interval":
			return `interval '${formatInterval({ months: 0, ms: value })}'`;
		default:
			return formatNumber(value);
	}
}

function printCall({ name, operands }: Extract<TypedExpression, { kind: "call" }>): string {
	const written = operands.map(printExpression);
	const [first, second] = operands;
	if (name === "extract" && first?.kind === "literal") return `extract(${first.value} from ${written[1]})`;
	if (name === "age" && first?.kind === "literal") return `extract(${first.value} from age(${written[1]}, ${written[2]}))`;
	if (name === "timezone" && first !== undefined && second !== undefined) return `(${inner(second)} at time zone ${inner(first)})`;
	if (name === "jsonb_exists" && first !== undefined && second !== undefined) return `(${inner(first)} ? ${inner(second)})`;
	return `${name}(${written.join(", ")})`;
}
