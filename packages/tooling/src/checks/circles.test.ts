import { expect, test } from "vitest";
import { circlesAmong } from "./circles.ts";
import type { SourceFile } from "./imports.ts";

const here = "packages/tooling/src/checks";

function aFile(name: string, imports: string[], isType = false): SourceFile {
	return { file: `${here}/${name}`, text: "", imports: imports.map((specifier) => ({ specifier, line: 1, isType })) };
}

const root = new URL("../../../..", import.meta.url).pathname;

test("finds files that import each other by way of a third", () => {
	const circle = [aFile("walls.ts", ["./table.ts"]), aFile("table.ts", ["./imports.ts"]), aFile("imports.ts", ["./walls.ts"])];
	expect(circlesAmong(root, circle)).toEqual([[`${here}/imports.ts`, `${here}/table.ts`, `${here}/walls.ts`]]);
});

test("is content with a chain", () => {
	expect(circlesAmong(root, [aFile("walls.ts", ["./table.ts"]), aFile("table.ts", ["./imports.ts"]), aFile("imports.ts", [])])).toEqual([]);
});

test("does not count imports of types alone", () => {
	expect(circlesAmong(root, [aFile("walls.ts", ["./table.ts"], true), aFile("table.ts", ["./walls.ts"])])).toEqual([]);
});
