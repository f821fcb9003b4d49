import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseSync } from "oxc-parser";

export interface Import {
	readonly specifier: string;
	readonly line: number;
	/** Gone once the types are stripped. */
	readonly isType: boolean;
}

export interface SourceFile {
	readonly file: string;
	readonly text: string;
	readonly imports: readonly Import[];
}

/** Reads a file and lists what it imports, re-exports and loads on demand. */
export async function readSource(root: string, file: string): Promise<SourceFile> {
	const text = await readFile(path.join(root, file), "utf8");
	const { module, errors } = parseSync(file, text);
	if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
	const imports: Import[] = [];
	const add = (start: number, specifier: string, isType: boolean) =>
		imports.push({ specifier, isType, line: text.slice(0, start).split("\n").length });
	for (const one of module.staticImports) {
		const isType =
			one.entries.length > 0 ? one.entries.every((entry) => entry.isType) : /^import\s+type\b/.test(text.slice(one.start, one.end));
		add(one.start, one.moduleRequest.value, isType);
	}
	for (const one of module.staticExports) {
		for (const entry of one.entries) if (entry.moduleRequest) add(one.start, entry.moduleRequest.value, entry.isType);
	}
	for (const one of module.dynamicImports) {
		const literal = /^["'`]([^"'`$]+)["'`]$/.exec(text.slice(one.moduleRequest.start, one.moduleRequest.end));
		if (literal?.[1] !== undefined) add(one.start, literal[1], false);
	}
	return { file, text, imports };
}
