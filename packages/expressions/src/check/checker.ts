import type { RecordSchema } from "@weir/records";
import { parseInterval } from "../intervals.ts";
import { type PgNode, startOf } from "../pg-nodes.ts";
import { type ExpressionProblem, indexOfByte, placeOf } from "../problems.ts";
import type { Literal, TypedExpression, ValueType } from "../tree.ts";
import type { Misfit } from "../values.ts";
import { literalOf } from "./literals.ts";

/** Nesting an expression may have. */
export const MAX_DEPTH = 100;

/** Operations and fields an expression may have; constants do not count. Each takes a column of scratch memory. */
const MAX_PARTS = 500;

/** Turns a node of PostgreSQL's tree into ours; undefined when it reported a problem. */
export type CheckNode = (checker: Checker, node: PgNode, depth: number) => TypedExpression | undefined;

/** What one check knows and finds. Functions that check return undefined when they have reported a problem below. */
export class Checker {
	readonly problems: ExpressionProblem[] = [];
	readonly text: string;
	readonly schema: RecordSchema;
	/** Bytes that stand before the user's text in what PostgreSQL parsed. */
	readonly #prefixBytes: number;
	/** Text constants and NULLs take the type that their place asks for. */
	readonly #untyped = new WeakSet<TypedExpression>();

	readonly #check: CheckNode;
	#parts = 0;

	constructor(text: string, schema: RecordSchema, prefixBytes: number, check: CheckNode) {
		this.#check = check;
		this.text = text;
		this.schema = schema;
		this.#prefixBytes = prefixBytes;
	}

	check(node: PgNode | undefined, depth: number): TypedExpression | undefined {
		if (node === undefined) return this.report("expression-syntax", this.#prefixBytes, "Something is missing here.");
		if (node.A_Const === undefined) this.#parts += 1;
		if (this.#parts > MAX_PARTS) {
			return this.report(
				"expression-too-long",
				this.#prefixBytes,
				`The expression has more than ${MAX_PARTS} operations and fields; split it up.`,
			);
		}
		return this.#check(this, node, depth);
	}

	/** Checks several; undefined when one of them has a problem, but all are looked at. */
	checkAll(nodes: readonly PgNode[] | undefined, depth: number): readonly TypedExpression[] | undefined {
		const trees = (nodes ?? []).map((node) => this.check(node, depth));
		return trees.every((tree) => tree !== undefined) ? trees : undefined;
	}

	/** Checks an operand that must be true or false; `place` begins the sentence when it is not. */
	checkCondition(node: PgNode | undefined, depth: number, place: string): TypedExpression | undefined {
		const tree = this.check(node, depth);
		if (tree === undefined) return undefined;
		if (this.isUntyped(tree) || tree.type === "boolean") return this.coerce(tree, "boolean", startOf(node));
		const message = `${place} must be true or false, but this is ${withArticle(tree.type)}. Compare it with something, for example ${EXAMPLES[tree.type]}.`;
		return this.report("expression-type", startOf(node), message);
	}

	/** Notes a problem at a byte of what PostgreSQL parsed; always gives undefined, so that it can be returned. */
	report(code: ExpressionProblem["code"], location: number, message: string, mended?: string): undefined {
		const index = this.indexOf(location);
		this.reportAt(code, index, message, mended);
	}

	reportAt(code: ExpressionProblem["code"], index: number, message: string, mended?: string): void {
		const at = placeOf(this.text, index);
		const isKnown = this.problems.some(
			(problem) => problem.message === message && problem.at.column === at.column && problem.at.line === at.line,
		);
		if (!isKnown) this.problems.push({ code, severity: "error", message, at, ...(mended === undefined ? {} : { mended }) });
	}

	indexOf(location: number): number {
		return indexOfByte(this.text, Math.max(0, location - this.#prefixBytes));
	}

	untyped(literal: Literal): Literal {
		this.#untyped.add(literal);
		return literal;
	}

	isUntyped(tree: TypedExpression): boolean {
		return this.#untyped.has(tree);
	}

	/** Brings an operand to a type where that needs no cast: the same type, an integer as a number, a constant that can be read so. */
	coerce(tree: TypedExpression, type: ValueType, location: number): TypedExpression | undefined {
		if (tree.kind === "literal" && this.isUntyped(tree)) {
			const months = type === "interval" ? monthsIn(tree.value) : undefined;
			if (months !== undefined) return months;
			const value = literalOf(tree.value, type);
			if (!isMisfit(value)) return Object.freeze({ kind: "literal", type, value: value.value });
			const why = value === "out-of-range" ? "is out of the range of" : "cannot be read as";
			return this.report("expression-value", location, `'${tree.value}' ${why} ${withArticle(type)}.`);
		}
		if (tree.type === type) return tree;
		if (tree.type === "integer" && type === "number") return tree.kind === "literal" ? Object.freeze({ ...tree, type }) : tree;
		return undefined;
	}

	/** Whether `coerce` would succeed, without reporting. */
	fits(tree: TypedExpression, type: ValueType): boolean {
		if (tree.kind === "literal" && this.isUntyped(tree))
			return monthsIn(type === "interval" ? tree.value : null) !== undefined || !isMisfit(literalOf(tree.value, type));
		return tree.type === type || (tree.type === "integer" && type === "number");
	}

	/** The one type that all operands can have; text when only constants without a type are there; undefined when there is none. */
	commonType(trees: readonly TypedExpression[]): ValueType | undefined {
		let common: ValueType | undefined;
		for (const tree of trees) {
			if (this.isUntyped(tree) || tree.type === common) continue;
			if (common === undefined) common = tree.type;
			else if (isNumeric(common) && isNumeric(tree.type)) common = "number";
			else return undefined;
		}
		return common ?? "text";
	}
}

export function isNumeric(type: ValueType): boolean {
	return type === "number" || type === "integer";
}

function isMisfit(value: { readonly value: Literal["value"] } | Misfit): value is Misfit {
	return typeof value === "string";
}

/** A text constant that reads as an interval with months in it. */
function monthsIn(value: Literal["value"]): TypedExpression | undefined {
	const parsed = typeof value === "string" ? parseInterval(value) : "malformed";
	if (typeof parsed === "string" || parsed.months === 0) return undefined;
	return Object.freeze({ kind: "months", type: "interval", ...parsed });
}

const EXAMPLES: Readonly<Record<ValueType, string>> = {
	number: "`> 0`",
	integer: "`> 0`",
	boolean: "`= true`",
	text: "`= 'ok'`",
	timestamp: "`> '2026-01-01'`",
	json: "`->> 'name' = 'ok'`",
	local: "`> '2026-01-01'`",
	interval: "`> interval '1 hour'`",
};

const ARTICLES: Readonly<Record<ValueType, string>> = {
	number: "a number",
	integer: "an integer",
	boolean: "a boolean",
	text: "text",
	timestamp: "a timestamp",
	json: "json",
	local: "a local time",
	interval: "an interval",
};

export function withArticle(type: ValueType): string {
	return ARTICLES[type];
}
