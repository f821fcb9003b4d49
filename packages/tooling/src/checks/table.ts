import { readFile } from "node:fs/promises";
import path from "node:path";

export type Environment = "U" | "S" | "B" | "C" | "A";

export interface Row {
	readonly name: string;
	readonly environment: Environment;
	/** Names of rooms; a subpath (`nodes/definitions`) allows that door only. */
	readonly mayImport: ReadonlySet<string>;
}

/** Reads the table of `packages/README.md`: it is the law that the walls check enforces. */
export async function readTable(root: string): Promise<Map<string, Row>> {
	const text = await readFile(path.join(root, "packages/README.md"), "utf8");
	const lines = text.split("\n").filter((line) => /^\| [\w-]+ \| [USBCA] \|/.test(line));
	const raw = lines.map((line) => {
		const [name = "", environment = "", , imports = ""] = line
			.split("|")
			.slice(1)
			.map((cell) => cell.trim());
		return { name, environment: environment as Environment, words: imports.split(",").map((word) => word.trim().replaceAll("`", "")) };
	});
	const rows = new Map<string, Row>();
	for (const { name, environment, words } of raw) {
		const mayImport = new Set<string>();
		for (const word of words) {
			const every = /^every ([USBCA])$/.exec(word)?.[1];
			if (every !== undefined) for (const other of raw) if (other.environment === every && other.name !== name) mayImport.add(other.name);
			if (every === undefined && word !== "–") mayImport.add(word);
		}
		rows.set(name, { name, environment, mayImport });
	}
	return rows;
}
