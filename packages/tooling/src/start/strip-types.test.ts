import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./settings.ts";

let folder = "";

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), "weir-strip-"));
});

afterAll(() => {
	rmSync(folder, { recursive: true, force: true });
});

function run(source: string) {
	writeFileSync(path.join(folder, "other.ts"), "export const six: number = 6;\n");
	writeFileSync(path.join(folder, "main.ts"), source);
	const preload = pathToFileURL(path.join(root, "scripts/strip-types.mjs")).href;
	return spawnSync(process.execPath, ["--import", preload, path.join(folder, "main.ts")], { encoding: "utf8" });
}

describe("the preload that takes types out", () => {
	it("runs a program with types, what it imports later included, and lets it end", () => {
		const ran = run(`const { six } = await import("./other.ts");\nconsole.log((six satisfies number) * 7);\n`);
		expect([ran.stderr, ran.stdout.trim(), ran.status]).toEqual(["", "42", 0]);
	});

	it("does not take what it kept of a source for another one in the same place", () => {
		run("const n: number = 1;\nconsole.log(n);\n");
		expect(run("const n: number = 2;\nconsole.log(n);\n").stdout.trim()).toBe("2");
	});

	it("names the file that needs more than its types taken out", () => {
		const ran = run("enum Colour { red }\nconsole.log(Colour.red);\n");
		expect(ran.status).toBe(1);
		expect(ran.stderr).toMatch(/The types in file:.*main\.ts could not be taken out: .*enum/);
	});
});
