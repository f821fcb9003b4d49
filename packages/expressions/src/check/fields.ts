import type { Field } from "@weir/records";
import { quoted } from "../names.ts";
import type { PgNode } from "../pg-nodes.ts";
import { nearestName, wordAt } from "../problems.ts";
import type { TypedExpression } from "../tree.ts";
import type { Checker } from "./checker.ts";

/**
 * Resolves a name. PostgreSQL folds names without quotes to small letters, but devices send `deviceId`:
 * the spelling as written wins, then the folded one, then the only field that differs in case alone.
 */
export function checkField(checker: Checker, reference: NonNullable<PgNode["ColumnRef"]>): TypedExpression | undefined {
	const location = reference.location ?? 0;
	const parts = (reference.fields ?? []).map((part) => part.String?.sval);
	if (parts.some((part) => part === undefined)) {
		return checker.report(
			"expression-unsupported",
			location,
			"`*` stands for all fields, but an expression gives one value; name a field.",
		);
	}
	const folded = parts.join(".");
	const index = checker.indexOf(location);
	const written = parts.length === 1 ? wordAt(checker.text, index) : checker.text.slice(index, index + folded.length);
	const { fields } = checker.schema;
	const exact =
		fields.find((field) => field.name === (written.startsWith('"') ? folded : written)) ?? fields.find((field) => field.name === folded);
	if (exact !== undefined) return Object.freeze({ kind: "field", type: exact.type, name: exact.name });
	if (!written.startsWith('"')) {
		const alike = fields.filter((field) => field.name.toLowerCase() === folded.toLowerCase());
		const [only] = alike;
		if (only !== undefined && alike.length === 1) return Object.freeze({ kind: "field", type: only.type, name: only.name });
	}
	return reportUnknown(checker, location, index, written, folded, fields);
}

function reportUnknown(
	checker: Checker,
	location: number,
	index: number,
	written: string,
	folded: string,
	fields: readonly Field[],
): undefined {
	const shown = written.startsWith('"') ? folded : written;
	const nearest = nearestName(
		folded,
		fields.map((field) => field.name),
	);
	if (nearest !== undefined) {
		const mended = checker.text.slice(0, index) + quoted(nearest) + checker.text.slice(index + written.length);
		return checker.report("expression-unknown-field", location, `There is no field \`${shown}\`. Did you mean \`${nearest}\`?`, mended);
	}
	const [outer, ...inner] = folded.split(".");
	const holder = fields.find((field) => field.type === "json" && field.name === outer);
	if (holder !== undefined && inner.length > 0) {
		const path = inner.map((part, i) => `${i === inner.length - 1 ? "->>" : "->"} '${part}'`).join(" ");
		return checker.report("expression-unknown-field", location, `\`${outer}\` is json; reach into it with \`${outer} ${path}\`.`);
	}
	if (written.startsWith('"')) {
		const mended = `${checker.text.slice(0, index)}'${folded.replaceAll("'", "''")}'${checker.text.slice(index + written.length)}`;
		const message = `There is no field \`${shown}\`. Text is written in single quotes: '${folded}'.`;
		return checker.report("expression-unknown-field", location, message, mended);
	}
	const known = fields.length === 0 ? "No fields are known here yet." : `The fields are ${sample(fields.map((field) => field.name))}.`;
	return checker.report("expression-unknown-field", location, `There is no field \`${shown}\`. ${known}`);
}

function sample(names: readonly string[]): string {
	const shown = names.slice(0, 8).map((name) => `\`${name}\``);
	return names.length > shown.length ? `${shown.join(", ")} and ${names.length - shown.length} more` : shown.join(", ");
}
