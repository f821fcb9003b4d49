import { lastName, type PgConstant, type PgTypeName } from "../pg-nodes.ts";
import type { TypedExpression, ValueType } from "../tree.ts";
import { parseInteger, parseNumber } from "../values.ts";
import type { Checker } from "./checker.ts";

export function checkConstant(checker: Checker, constant: PgConstant): TypedExpression | undefined {
	const location = constant.location ?? 0;
	if (constant.isnull) return checker.untyped(Object.freeze({ kind: "literal", type: "text", value: null }));
	if (constant.sval !== undefined) {
		return checker.untyped(Object.freeze({ kind: "literal", type: "text", value: constant.sval.sval ?? "" }));
	}
	if (constant.boolval !== undefined) return Object.freeze({ kind: "literal", type: "boolean", value: constant.boolval.boolval ?? false });
	if (constant.ival !== undefined) return Object.freeze({ kind: "literal", type: "integer", value: constant.ival.ival ?? 0 });
	if (constant.fval !== undefined) return checkDecimal(checker, constant.fval.fval ?? "0", location);
	return checker.report("expression-unsupported", location, "Bit strings are not available; write a number or text.");
}

/** PostgreSQL hands over whole numbers beyond 32 bits as text, too. */
function checkDecimal(checker: Checker, written: string, location: number): TypedExpression | undefined {
	const integer = parseInteger(written);
	if (integer === "out-of-range") {
		return checker.report(
			"expression-value",
			location,
			`${written} is out of the range of an integer (up to 9007199254740991); write it with a decimal point to make it a number.`,
		);
	}
	if (typeof integer === "number") return Object.freeze({ kind: "literal", type: "integer", value: integer });
	const number = parseNumber(written.replaceAll("_", ""));
	if (typeof number === "number") return Object.freeze({ kind: "literal", type: "number", value: number });
	return checker.report("expression-value", location, `${written} is out of the range of a number.`);
}

const TYPE_NAMES: Readonly<Record<string, ValueType>> = {
	int2: "integer",
	int4: "integer",
	int8: "integer",
	float4: "number",
	float8: "number",
	numeric: "number",
	number: "number",
	bool: "boolean",
	text: "text",
	varchar: "text",
	bpchar: "text",
	timestamp: "timestamp",
	timestamptz: "timestamp",
	interval: "interval",
	json: "json",
	jsonb: "json",
};

/** The type that is named in a cast. */
export function checkTypeName(checker: Checker, typeName: PgTypeName | undefined): ValueType | undefined {
	const location = typeName?.location ?? 0;
	const name = lastName(typeName?.names);
	const type = Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : undefined;
	if (type === undefined || typeName?.arrayBounds !== undefined) {
		return checker.report(
			"expression-unsupported",
			location,
			`There is no type \`${name}${typeName?.arrayBounds === undefined ? "" : "[]"}\` here. Use number, integer, boolean, text, timestamp or json.`,
		);
	}
	// `char` alone comes with the length 1 that nobody wrote.
	if (typeName?.typmods !== undefined && name !== "bpchar") {
		if (type === "interval")
			return checker.report("expression-unsupported", location, "Write the unit within the quotes, for example interval '1 hour'.");
		const instead = type === "number" ? "round(value, digits)" : type === "text" ? "left(value, length)" : "no length";
		return checker.report("expression-unsupported", location, `Types have no length or digits here; use ${instead} instead.`);
	}
	return type;
}
