import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { boundToParent } from "../services/process.ts";
import { Fault, faultIn } from "./faults.ts";

const SKIPPED = new Set(["node_modules", ".next", ".turbo", "test", "harness", "tooling", "goldens", "conformance", "next-env.d.ts"]);

async function filesUnder(folder: string): Promise<string[]> {
	const files: string[] = [];
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		if (SKIPPED.has(entry.name) || /\.(test|fault)\.tsx?$/.test(entry.name) || /\.(tsbuildinfo)$|^README\.md$/.test(entry.name)) continue;
		const place = path.join(folder, entry.name);
		if (entry.isDirectory()) files.push(...(await filesUnder(place)));
		else files.push(place);
	}
	return files;
}

/** A hash over everything the web build is made from. */
async function sourcesHash(root: string): Promise<string> {
	const files = [...(await filesUnder(path.join(root, "apps/web"))), ...(await filesUnder(path.join(root, "packages")))].sort();
	const hash = createHash("sha256").update(readFileSync(path.join(root, "package-lock.json")));
	for (const file of files) {
		hash.update(`\0${path.relative(root, file)}\0`);
		hash.update(await readFile(file));
	}
	return hash.digest("hex");
}

/** The build that is there, when it was made from the sources as they are now. */
export async function isWebBuilt(root: string): Promise<boolean> {
	const mark = markFile(root);
	return (
		existsSync(mark) && existsSync(path.join(root, "apps/web/.next/BUILD_ID")) && readFileSync(mark, "utf8") === (await sourcesHash(root))
	);
}

function markFile(root: string): string {
	return path.join(root, "apps/web/.next/weir-sources");
}

/** Builds the pages for production and remembers from which sources. */
export async function buildWeb(root: string, node: string, env: Readonly<Record<string, string>>): Promise<void> {
	const hash = await sourcesHash(root);
	const said = await new Promise<string>((resolve, reject) => {
		const child = spawn(...boundToParent("TERM", node, ["node_modules/next/dist/bin/next", "build", "apps/web"]), {
			cwd: root,
			env: { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
			stdio: ["ignore", "pipe", "pipe"],
		});
		let text = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (part: string) => {
				text += part;
			});
		}
		child.once("error", reject);
		child.once("close", (code) =>
			code === 0 ? resolve(text) : reject(faultIn(text, root) ?? new Fault(`The web pages could not be built:\n${text.trim()}`)),
		);
	});
	if (!existsSync(path.join(root, "apps/web/.next/BUILD_ID"))) throw new Fault(`The web build left nothing behind:\n${said.trim()}`);
	writeFileSync(markFile(root), hash);
}
