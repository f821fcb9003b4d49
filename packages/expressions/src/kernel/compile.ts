import { WeirError } from "@weir/errors";
import { type Column, type FieldType, type RecordBatch, selectionOf } from "@weir/records";
import { fieldsOf, type TypedExpression, typeOf } from "../tree.ts";
import { compileArithmetic, compileNegation } from "./arithmetic.ts";
import { compileBits } from "./bits.ts";
import { compileCase, compileCoalesce } from "./branches.ts";
import { compileCall, compileJoin } from "./calls.ts";
import { compileCast } from "./cast.ts";
import { keptAs } from "./columns.ts";
import { compileComparison, compileDistinct, compileNullIf } from "./comparison.ts";
import { compileMember } from "./json.ts";
import { keeper } from "./keep.ts";
import { compileField, compileLiteral, compileMonths } from "./leaves.ts";
import { compileLike } from "./like.ts";
import { compileIn, compileIs, compileLogic, compileNot, spelledOutBetween } from "./logic.ts";
import { compileMatch } from "./patterns.ts";
import { type Evaluate, type OnFailure, Run } from "./run.ts";
import { compileSelect } from "./select.ts";
import { compileTimeArithmetic } from "./time.ts";

/**
 * An expression ready for batches. Calls are never concurrent and never nested. A row that fails (division by zero, a text that is no number)
 * is told to `onFailure` after the evaluation, with a sentence, and MUST be left out by the caller.
 */
export interface Kernel {
	readonly type: FieldType;
	/** Fields it reads. */
	readonly fields: readonly string[];
	/**
	 * Writes the rows in play for which the condition is TRUE, ascending, and gives their number; a null is not true, a failed row is left out.
	 * `out` has room for `batch.selected` rows and may be the batch's own selection. For conditions only.
	 */
	filter(batch: RecordBatch, out: Int32Array, onFailure: OnFailure): number;
	/** The value for every row in play, at the rows' own places. The column is good until this kernel's next call. */
	compute(batch: RecordBatch, onFailure: OnFailure): Column;
}

const run = new Run();

/**
 * Kernels are chains of loops over columns. The loops are shared by all expressions of the process, so a thousand flows run the same few
 * pieces of machine code; an expression adds only its constants. Nothing is generated from text: browsers forbid it, conditions would gain
 * nothing, and what long calculations would gain is little beside reading and storing a record (README, "Speed").
 */
export function compile(tree: TypedExpression): Kernel {
	const select = tree.type === "boolean" ? compileSelect(tree, compileNode) : undefined;
	const evaluate = compileNode(tree);
	const type = typeOf(tree);
	const kept = keeper(type);
	return {
		type,
		fields: fieldsOf(tree),
		filter(batch, out, onFailure) {
			if (select === undefined) throw new WeirError("INVARIANT_BROKEN", `A ${tree.type} expression cannot be used as a condition.`);
			run.begin(batch);
			try {
				const count = select(run, selectionOf(batch), batch.selected, out);
				return run.hasFailures ? run.withoutFailed(out, count) : count;
			} finally {
				run.end(onFailure);
			}
		},
		compute(batch, onFailure) {
			run.begin(batch);
			try {
				return kept(run, evaluate(run, selectionOf(batch), batch.selected));
			} finally {
				run.end(onFailure);
			}
		},
	};
}

function compileNode(tree: TypedExpression): Evaluate {
	switch (tree.kind) {
		case "literal":
			return compileLiteral(tree);
		case "months":
			return compileMonths(tree);
		case "field":
			return compileField(tree);
		case "compare":
			return compileComparison(tree, compileNode);
		case "distinct":
			return compileDistinct(tree, compileNode);
		case "nullif":
			return compileNullIf(tree, compileNode);
		case "and":
		case "or":
			return compileLogic(tree, compileNode);
		case "not":
			return compileNot(tree, compileNode);
		case "is":
			return compileIs(tree, compileNode);
		case "in":
			return compileIn(tree, compileNode);
		case "between":
			return compileNode(spelledOutBetween(tree));
		case "arithmetic":
			return keptAs(tree.type) === tree.type && tree.type !== "timestamp"
				? compileArithmetic(tree, compileNode)
				: compileTimeArithmetic(tree, compileNode);
		case "negate":
			return compileNegation(tree, compileNode);
		case "like":
			return compileLike(tree, compileNode);
		case "match":
			return compileMatch(tree, compileNode);
		case "bits":
			return compileBits(tree, compileNode);
		case "case":
			return compileCase(tree, compileNode);
		case "coalesce":
			return compileCoalesce(tree, compileNode);
		case "cast":
			return compileCast(tree, compileNode);
		case "call":
			return compileCall(tree, compileNode);
		case "join":
			return compileJoin(tree, compileNode);
		case "member":
			return compileMember(tree, compileNode);
	}
}
