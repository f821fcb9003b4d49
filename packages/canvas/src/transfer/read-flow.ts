import { type Flow, flowSchema } from "@weir/flow";
import { jsonFault } from "./json-fault.ts";

export type ReadFlow = { readonly flow: Flow } | { readonly fault: string };

/** Reads a saved flow. A node of a kind that is not known here stays as it is; the drawing says so itself. */
export function readFlow(text: string): ReadFlow {
	const clean = text.replace(/^\uFEFF/, "");
	const wrong = jsonFault(clean);
	if (wrong !== undefined)
		return { fault: `This is not JSON: line ${wrong.line}, column ${wrong.column} has ${wrong.found} where it cannot stand.` };
	const parsed = flowSchema.safeParse(JSON.parse(clean));
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const place = issue === undefined ? "" : placeOf(issue.path);
		return {
			fault: `This is no saved flow: ${place === "" ? "" : `${place}: `}${issue?.message ?? "its shape is another"}.`.replace(/\.\.$/, "."),
		};
	}
	const twice = firstTwice(parsed.data.nodes) ?? firstTwice(parsed.data.edges);
	if (twice !== undefined) return { fault: `This is no saved flow: the id “${twice}” is there twice.` };
	return { flow: parsed.data };
}

/** "nodes[2].position.x". */
function placeOf(path: readonly PropertyKey[]): string {
	return path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`)).join("");
}

function firstTwice(items: readonly { readonly id: string }[]): string | undefined {
	const seen = new Set<string>();
	for (const { id } of items) {
		if (seen.has(id)) return id;
		seen.add(id);
	}
	return undefined;
}
