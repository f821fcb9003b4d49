import type { FunctionName } from "../functions.ts";
import { type PgNode, startOf } from "../pg-nodes.ts";
import { nearestName } from "../problems.ts";
import { FormatFault, formatter, reader } from "../time-format.ts";
import { AGE_PART_NAMES, agePartNamed, PART_NAMES, partNamed, TRUNCATION_NAMES, truncationNamed } from "../timestamps.ts";
import type { TypedExpression } from "../tree.ts";
import { zoneNamed, zoneRefusal } from "../zones.ts";
import type { Checker } from "./checker.ts";
import { checkPattern } from "./patterns.ts";

/** Which operand of a function is the name of a time zone. */
const ZONES: Readonly<Partial<Record<FunctionName, number>>> = { timezone: 0, date_trunc: 2, make_timestamptz: 6 };

/** Which names a function takes for the part of a moment. */
const PARTS: Readonly<Partial<Record<FunctionName, { readonly names: readonly string[]; readonly named: (word: string) => unknown }>>> = {
	extract: { names: PART_NAMES, named: partNamed },
	date_trunc: { names: TRUNCATION_NAMES, named: truncationNamed },
	age: { names: AGE_PART_NAMES, named: agePartNamed },
};

/** What the types of a function's operands do not say: names of parts and zones, patterns, formats. False after a report. */
export function areConstantsSound(
	checker: Checker,
	name: FunctionName,
	operands: readonly TypedExpression[],
	nodes: readonly PgNode[],
): boolean {
	const problems = checker.problems.length;
	operands.forEach((operand, i) => {
		if (operand.kind === "months") checker.report("expression-unsupported", startOf(nodes[i]), MONTHS_SENTENCE);
	});
	checkPart(checker, name, operands, nodes);
	checkZone(checker, name, operands, nodes);
	if (name === "to_char" || (name === "to_timestamp" && operands.length === 2)) checkFormat(checker, name, operands[1], nodes[1]);
	if (name.startsWith("regexp_")) checkPattern(checker, name, operands, nodes);
	const [first, second] = operands;
	if (name === "json_build_object" && operands.length % 2 === 1) {
		checker.report("expression-type", startOf(nodes[0]), "`json_build_object` needs a value for each name, so an even number of operands.");
	}
	if ((name === "array_position" || name === "array_contains") && second?.type === "json") {
		checker.report("expression-type", startOf(nodes[1]), "Json cannot be compared. Take a value out of it with `->>` and look for that.");
	}
	if (name === "date_bin" && (first?.kind !== "literal" || !(Number(first.value) > 0))) {
		checker.report(
			"expression-unsupported",
			startOf(nodes[0]),
			"The stride in `date_bin` must be a constant such as interval '15 minutes', greater than zero.",
		);
	}
	return checker.problems.length === problems;
}

export const MONTHS_SENTENCE =
	"Months and years are not all of one length; an interval with them can only be added to or taken from a timestamp.";

/** The part's name must be a known word and cannot differ from row to row. */
function checkPart(checker: Checker, name: FunctionName, [part, moment]: readonly TypedExpression[], nodes: readonly PgNode[]): void {
	const rule = PARTS[name];
	if (rule === undefined) return;
	const location = startOf(nodes[0]);
	if (part?.kind !== "literal" || typeof part.value !== "string") {
		checker.report("expression-unsupported", location, `The part in \`${name}\` must be a plain word such as 'hour'.`);
	} else if (rule.named(part.value) === undefined) {
		const nearest = nearestName(part.value, rule.names);
		const advice = nearest === undefined ? `Use ${rule.names.join(", ")}.` : `Did you mean \`${nearest}\`?`;
		checker.report("expression-value", location, `A timestamp has no part \`${part.value}\`. ${advice}`);
	} else if (moment?.type === "interval" && part.value.toLowerCase() !== "epoch") {
		checker.report(
			"expression-unsupported",
			location,
			"Of an interval there is only extract(epoch from …), its seconds; divide those, or use extract(… from age(…, …)).",
		);
	}
}

/** A format is a constant, and all of it must be available. */
function checkFormat(
	checker: Checker,
	name: "to_char" | "to_timestamp",
	format: TypedExpression | undefined,
	node: PgNode | undefined,
): void {
	if (format?.kind !== "literal" || typeof format.value !== "string") {
		checker.report("expression-unsupported", startOf(node), `The format in \`${name}\` must be a plain text such as 'YYYY-MM-DD HH24:MI'.`);
		return;
	}
	try {
		if (name === "to_char") formatter(format.value);
		else reader(format.value);
	} catch (error) {
		if (!(error instanceof FormatFault)) throw error;
		checker.report("expression-value", startOf(node), error.message);
	}
}

/** A zone that is written must be one; a zone out of a field is looked up row by row. */
function checkZone(checker: Checker, name: FunctionName, operands: readonly TypedExpression[], nodes: readonly PgNode[]): void {
	const index = ZONES[name];
	const zone = index === undefined ? undefined : operands[index];
	if (index === undefined || zone?.kind !== "literal" || typeof zone.value !== "string" || zoneNamed(zone.value) !== undefined) return;
	checker.report("expression-value", startOf(nodes[index]), `${zoneRefusal(zone.value)}.`.replace(/\?\.$/, "?"));
}
