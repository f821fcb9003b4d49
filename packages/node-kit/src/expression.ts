import { parseExpression, type TypedExpression } from "@weir/expressions";
import type { FieldType, RecordSchema } from "@weir/records";
import type { NodeProblem } from "./definition.ts";

export interface CheckedExpression {
	/** There when the text is right, the input is known and the parser is loaded. */
	readonly tree?: TypedExpression;
	readonly problems: readonly NodeProblem[];
}

/** Checks an expression of a config against the fields that arrive; problems carry the path and the place in the text. */
export function checkExpression(text: string, input: RecordSchema | undefined, path: string, expected?: FieldType): CheckedExpression {
	if (text.trim() !== "" && input === undefined) return { problems: [] };
	const parsed = parseExpression(text, input ?? { fields: [] }, expected === undefined ? {} : { expected });
	return {
		...(parsed.tree === undefined ? {} : { tree: parsed.tree }),
		problems: parsed.problems.map(({ code, severity, message, at, mended }) => ({
			code,
			severity,
			message,
			path,
			at,
			// The flow knows the node's id and puts it in.
			...(mended === undefined ? {} : { fix: { action: "set-field", nodeId: "", path, value: mended, label: `Change it to ${mended}` } }),
		})),
	};
}

export { fieldsOf, typeOf } from "@weir/expressions";
