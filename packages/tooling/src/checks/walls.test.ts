import { expect, test } from "vitest";
import type { SourceFile } from "./imports.ts";
import type { Row } from "./table.ts";
import { wallsBrokenBy } from "./walls.ts";

const records: Row = { name: "records", environment: "U", mayImport: new Set(["errors"]) };
const nodes: Row = { name: "nodes", environment: "C", mayImport: new Set(["errors", "node-kit", "records"]) };

function aFile(file: string, specifier: string, text = ""): SourceFile {
	return { file, text, imports: [{ specifier, line: 1, isType: false }] };
}

function brokenIn(source: SourceFile, row: Row = records): string[] {
	return wallsBrokenBy(source, { name: row.name, folder: source.file.split("/").slice(0, 2).join("/") }, row);
}

test("allows what the table allows", () => {
	expect(brokenIn(aFile("packages/records/src/batch.ts", "@weir/errors"))).toEqual([]);
});

test("refuses a package that is not in the table's row", () => {
	expect(brokenIn(aFile("packages/records/src/batch.ts", "@weir/flow"))).toEqual([
		"packages/records/src/batch.ts:1: records may not import @weir/flow.",
	]);
});

test("refuses a subpath when only another one is allowed", () => {
	const web: Row = { name: "web", environment: "A", mayImport: new Set(["nodes/definitions"]) };
	expect(brokenIn(aFile("apps/web/src/page.ts", "@weir/nodes/operators"), web)).toHaveLength(1);
	expect(brokenIn(aFile("apps/web/src/page.ts", "@weir/nodes/definitions"), web)).toEqual([]);
});

test("refuses a relative import that leaves the package", () => {
	expect(brokenIn(aFile("packages/records/src/batch.ts", "../../flow/src/flow.ts"))).toHaveLength(1);
});

test("refuses an outside thing at any door but its own", () => {
	expect(brokenIn(aFile("packages/records/src/batch.ts", "bullmq"))).toEqual([
		"packages/records/src/batch.ts:1: BullMQ may be imported by backends only.",
	]);
});

test("refuses the environment outside env.ts", () => {
	expect(brokenIn(aFile("packages/records/src/batch.ts", "@weir/errors", "const a = process.env.A;"))).toHaveLength(1);
	for (const name of ["env", "main", "instrumentation"]) {
		expect(brokenIn(aFile(`packages/records/src/${name}.ts`, "@weir/errors", "const a = process.env.A;"))).toEqual([]);
	}
});

test("keeps a node type's definition away from everything but the node kit, errors and zod", () => {
	expect(brokenIn(aFile("packages/nodes/src/dedup/definition.ts", "@weir/records"), nodes)).toHaveLength(1);
	expect(brokenIn(aFile("packages/nodes/src/dedup/operator.ts", "@weir/records"), nodes)).toEqual([]);
});

test("lets a test reach any package", () => {
	expect(brokenIn(aFile("packages/records/src/batch.test.ts", "@weir/flow"))).toEqual([]);
});

test("wants a row for every package", () => {
	expect(
		wallsBrokenBy(aFile("packages/oddments/src/a.ts", "zod"), { name: "oddments", folder: "packages/oddments" }, undefined),
	).toHaveLength(1);
});
