import "server-only";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder that holds apps/ and packages/, wherever the server was started. */
export function docRoot(): string {
	let folder = process.cwd();
	while (!existsSync(join(folder, "apps/docs"))) {
		const parent = dirname(folder);
		if (parent === folder) return process.cwd();
		folder = parent;
	}
	return folder;
}
