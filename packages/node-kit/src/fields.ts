import type { FieldType, RecordSchema } from "@weir/records";
import type { NodeProblem } from "./definition.ts";

/** Edits that turn one text into the other, or a number above `most`. */
function distance(a: string, b: string, most: number): number {
	if (Math.abs(a.length - b.length) > most) return most + 1;
	let before = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const now = [i];
		for (let k = 1; k <= b.length; k++) {
			const replaced = (before[k - 1] ?? 0) + (a[i - 1] === b[k - 1] ? 0 : 1);
			now.push(Math.min(replaced, (before[k] ?? 0) + 1, (now[k - 1] ?? 0) + 1));
		}
		before = now;
	}
	return before[b.length] ?? most + 1;
}

/** The known name that was most likely meant; undefined when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
	const most = Math.max(1, Math.floor(name.length / 3));
	let best: string | undefined;
	let least = most + 1;
	for (const candidate of known) {
		const edits = distance(name.toLowerCase(), candidate.toLowerCase(), most);
		if (edits < least) {
			best = candidate;
			least = edits;
		}
	}
	return best;
}

/** A problem for a field that the input does not have, or whose type does not fit; undefined when all is well or nothing is known yet. */
export function fieldProblem(
	input: RecordSchema | undefined,
	name: string,
	path: string,
	types?: readonly FieldType[],
): NodeProblem | undefined {
	if (input === undefined) return undefined;
	const field = input.fields.find((candidate) => candidate.name === name);
	if (field === undefined) {
		const nearest = nearestName(
			name,
			input.fields.map((candidate) => candidate.name),
		);
		const hint = nearest === undefined ? "Choose one of the fields that arrive here." : `Did you mean ${nearest}?`;
		return { code: "field-unknown", severity: "error", path, message: `No field ${name} arrives here. ${hint}` };
	}
	if (types === undefined || types.includes(field.type)) return undefined;
	const wanted = types.join(" or ");
	return {
		code: "field-type",
		severity: "error",
		path,
		message: `The field ${name} is of type ${field.type}, and this needs ${wanted}. Choose another field.`,
	};
}

/** Fields with their types, as `stateSchema` names them: "device text, n integer". */
export function fieldTexts(input: RecordSchema, names: readonly string[]): string {
	return names.map((name) => `${name} ${input.fields.find((field) => field.name === name)?.type ?? "unknown"}`).join(", ");
}

/** `fieldProblem` for several names; the paths are `<path>.<index>`. */
export function fieldProblems(input: RecordSchema | undefined, names: readonly string[], path: string): NodeProblem[] {
	return names.flatMap((name, i) => fieldProblem(input, name, `${path}.${i}`) ?? []);
}

/** A problem for a name that stands in the list more than once. */
export function repeatProblems(names: readonly string[], pathOf: (index: number) => string): NodeProblem[] {
	return names.flatMap((name, i) =>
		names.indexOf(name) === i
			? []
			: [
					{
						code: "name-repeated",
						severity: "error" as const,
						path: pathOf(i),
						message: `The name ${name} is used twice. Give each its own name.`,
					},
				],
	);
}
