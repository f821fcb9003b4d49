import { WeirError } from "@weir/errors";
import type { FieldType } from "@weir/records";
import type { FunctionName } from "./functions.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^";
export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/**
 * Types inside an expression: those of fields, and two that exist only on the way to one.
 * - `local`: a moment as clocks in a time zone show it, in milliseconds as if it were UTC (PostgreSQL `timestamp without time zone`)
 * - `interval`: a length of time in milliseconds; months occur only in constants
 */
export type ValueType = FieldType | "local" | "interval";

interface Typed {
	readonly type: ValueType;
}

/** A constant; `null` is the null of its type. Timestamps are milliseconds since 1970 UTC, json is its text. */
export interface Literal extends Typed {
	readonly kind: "literal";
	readonly value: number | string | boolean | null;
}

/** A constant length of time that holds months, which are not all of one length. */
export interface Months extends Typed {
	readonly kind: "months";
	readonly months: number;
	readonly ms: number;
}

export interface FieldReference extends Typed {
	readonly kind: "field";
	readonly name: string;
}

/** Integer by integer stays integer; as soon as one side is a number the result is one. `^` always gives a number. */
export interface Arithmetic extends Typed {
	readonly kind: "arithmetic";
	readonly operator: ArithmeticOperator;
	readonly left: TypedExpression;
	readonly right: TypedExpression;
}

export interface Negation extends Typed {
	readonly kind: "negate";
	readonly operand: TypedExpression;
}

export interface Comparison extends Typed {
	readonly kind: "compare";
	readonly operator: ComparisonOperator;
	readonly left: TypedExpression;
	readonly right: TypedExpression;
}

/** AND or OR. Operands are judged from left to right, and a later one only for rows that the earlier ones leave open. */
export interface Logic extends Typed {
	readonly kind: "and" | "or";
	readonly operands: readonly TypedExpression[];
}

export interface Not extends Typed {
	readonly kind: "not";
	readonly operand: TypedExpression;
}

export interface IsTest extends Typed {
	readonly kind: "is";
	readonly test: "null" | "true" | "false";
	readonly negated: boolean;
	readonly operand: TypedExpression;
}

/** IS [NOT] DISTINCT FROM: comparison that takes null for a value. */
export interface Distinct extends Typed {
	readonly kind: "distinct";
	readonly negated: boolean;
	readonly left: TypedExpression;
	readonly right: TypedExpression;
}

export interface In extends Typed {
	readonly kind: "in";
	readonly negated: boolean;
	readonly operand: TypedExpression;
	readonly items: readonly TypedExpression[];
}

/** `||`: the texts one after the other; null when one is null. */
export interface Join extends Typed {
	readonly kind: "join";
	readonly operands: readonly TypedExpression[];
}

export interface Between extends Typed {
	readonly kind: "between";
	readonly negated: boolean;
	/** The two bounds may come in either order. */
	readonly symmetric: boolean;
	readonly operand: TypedExpression;
	readonly low: TypedExpression;
	readonly high: TypedExpression;
}

export interface Like extends Typed {
	readonly kind: "like";
	readonly negated: boolean;
	readonly ignoresCase: boolean;
	readonly operand: TypedExpression;
	readonly pattern: TypedExpression;
}

/** `~` and its like: whether a regular expression occurs in a text. */
export interface Match extends Typed {
	readonly kind: "match";
	readonly negated: boolean;
	readonly ignoresCase: boolean;
	readonly operand: TypedExpression;
	readonly pattern: TypedExpression;
}

export type BitOperator = "&" | "|" | "#" | "<<" | ">>";

/** Bit by bit, on integers. */
export interface Bits extends Typed {
	readonly kind: "bits";
	readonly operator: BitOperator;
	readonly left: TypedExpression;
	readonly right: TypedExpression;
}

export interface Case extends Typed {
	readonly kind: "case";
	readonly branches: readonly { readonly when: TypedExpression; readonly then: TypedExpression }[];
	readonly otherwise: TypedExpression;
}

export interface Coalesce extends Typed {
	readonly kind: "coalesce";
	readonly operands: readonly TypedExpression[];
}

export interface NullIf extends Typed {
	readonly kind: "nullif";
	readonly left: TypedExpression;
	readonly right: TypedExpression;
}

export interface Cast extends Typed {
	readonly kind: "cast";
	readonly operand: TypedExpression;
}

export interface Call extends Typed {
	readonly kind: "call";
	readonly name: FunctionName;
	readonly operands: readonly TypedExpression[];
}

/** `->` (gives json) and `->>` (gives text) by a member's name or an element's place, counted from 0, negative from the end. */
export interface JsonAccess extends Typed {
	readonly kind: "member";
	readonly operand: TypedExpression;
	readonly key: TypedExpression;
}

/** An expression whose names are resolved and whose types fit: frozen plain data. Only `parseExpression` makes one. */
export type TypedExpression =
	| Literal
	| Months
	| FieldReference
	| Arithmetic
	| Negation
	| Comparison
	| Logic
	| Not
	| IsTest
	| Distinct
	| In
	| Between
	| Join
	| Like
	| Match
	| Bits
	| Case
	| Coalesce
	| NullIf
	| Cast
	| Call
	| JsonAccess;

/** Type of the value an expression gives. */
export function typeOf(tree: TypedExpression): FieldType {
	if (tree.type === "local" || tree.type === "interval")
		throw new WeirError("INVARIANT_BROKEN", `An expression cannot give ${tree.type} values.`);
	return tree.type;
}

/** Expressions right below this one, in the order they are written. */
export function childrenOf(tree: TypedExpression): readonly TypedExpression[] {
	switch (tree.kind) {
		case "literal":
		case "months":
		case "field":
			return [];
		case "arithmetic":
		case "bits":
		case "compare":
		case "distinct":
		case "nullif":
			return [tree.left, tree.right];
		case "negate":
		case "not":
		case "is":
		case "cast":
			return [tree.operand];
		case "and":
		case "or":
		case "coalesce":
		case "join":
		case "call":
			return tree.operands;
		case "in":
			return [tree.operand, ...tree.items];
		case "between":
			return [tree.operand, tree.low, tree.high];
		case "like":
		case "match":
			return [tree.operand, tree.pattern];
		case "member":
			return [tree.operand, tree.key];
		case "case":
			return [...tree.branches.flatMap((branch) => [branch.when, branch.then]), tree.otherwise];
	}
}

/** Names of the fields an expression reads, each once, in the order they first occur. */
export function fieldsOf(tree: TypedExpression): readonly string[] {
	const names = new Set<string>();
	const open: TypedExpression[] = [tree];
	for (let node = open.pop(); node !== undefined; node = open.pop()) {
		if (node.kind === "field") names.add(node.name);
		open.push(...childrenOf(node).toReversed());
	}
	return [...names];
}
