import "server-only";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { docRoot } from "./root.ts";

const casesSchema = z.union([
	z.array(z.looseObject({ title: z.string() })),
	z.looseObject({ cases: z.array(z.looseObject({ title: z.string() })) }),
]);

export interface NodeCase {
	readonly title: string;
	/** The case without its title, as it stands in the file. */
	readonly text: string;
}

/** One short thing a line, as people would write it by hand. */
function pretty(value: unknown, indent = ""): string {
	const flat = JSON.stringify(value);
	if (flat.length <= 100 - indent.length || typeof value !== "object" || value === null) return flat;
	const inner = `${indent}  `;
	if (Array.isArray(value)) return `[\n${value.map((each) => inner + pretty(each, inner)).join(",\n")}\n${indent}]`;
	const lines = Object.entries(value).map(([name, each]) => `${inner}${JSON.stringify(name)}: ${pretty(each, inner)}`);
	return `{\n${lines.join(",\n")}\n${indent}}`;
}

/** The cases of a kind, or none when it has no file of them. `kind` comes from the shelf, never from an address. */
export async function nodeCases(kind: string): Promise<readonly NodeCase[]> {
	let text: string;
	try {
		text = await readFile(join(docRoot(), "packages/nodes/src", kind, "cases.json"), "utf8");
	} catch {
		// The image may be built without examples; the page stands without them.
		return [];
	}
	const parsed = casesSchema.parse(JSON.parse(text));
	return (Array.isArray(parsed) ? parsed : parsed.cases).map(({ title, ...rest }) => ({ title, text: pretty(rest) }));
}
