import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { metaOf, unwrapAll } from "@weir/flow";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { catalogue, icons } from "../generated/definitions.ts";
import { manual } from "../generated/manual.ts";
import { operators } from "../generated/operators.ts";

const SOURCES = fileURLToPath(new URL("../src", import.meta.url));
const FILES = ["definition.ts", "operator.ts", "cases.json", "docs.md", "icon.svg"];
const folders = readdirSync(SOURCES, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

it("has every folder of node types in its registries, and nothing else", () => {
	const sorted = (keys: Iterable<string>) => [...keys].sort();
	for (const registry of [catalogue, operators, manual, icons]) expect(sorted(registry.keys())).toEqual(sorted(folders));
});

describe.each(folders)("%s", (kind) => {
	const definition = catalogue.get(kind);
	const textOf = (file: string) => readFileSync(join(SOURCES, kind, file), "utf8");

	it("has its files", () => {
		expect(FILES.filter((file) => !existsSync(join(SOURCES, kind, file)))).toEqual([]);
	});

	it("bears the folder's name", () => {
		expect(definition?.kind).toBe(kind);
	});

	it("migrates from every version it ever had", () => {
		const steps = Object.keys(definition?.migrations ?? {}).map(Number);
		expect(steps).toEqual(Array.from({ length: (definition?.version ?? 0) - 1 }, (_, i) => i + 1));
	});

	it("has a stored old config for every step of its migrations", () => {
		for (const step of Object.keys(definition?.migrations ?? {}).map(Number)) {
			const stored = join(SOURCES, kind, `config.v${step}.json`);
			expect(existsSync(stored), `${kind}/config.v${step}.json is missing`).toBe(true);
			let config: unknown = JSON.parse(readFileSync(stored, "utf8"));
			for (let version = step; version < (definition?.version ?? 0); version++) config = definition?.migrations[version]?.(config);
			expect(() => definition?.config.parse(config)).not.toThrow();
		}
	});

	it("tells people about delivery and back-pressure", () => {
		const headings = textOf("docs.md")
			.split("\n")
			.filter((line) => line.startsWith("## "));
		expect(headings).toContain("## Delivery guarantees");
		expect(headings).toContain("## Back-pressure");
		expect(textOf("docs.md").split("\n")[0]).toBe(`# ${definition?.title}`);
	});

	it("draws its icon in the text's colour on a 16 pixel grid", () => {
		const icon = textOf("icon.svg");
		expect(icon).toContain('viewBox="0 0 16 16"');
		expect(icon).toContain("currentColor");
		expect(icon).not.toMatch(/<script|on\w+=|href|url\(|#[0-9a-f]{3}/i);
	});

	it("gives every field of its form a title, and a config that parses without typing", () => {
		const config: unknown = definition?.config;
		if (!(config instanceof z.ZodObject)) throw new Error("The config is no zod object.");
		const untitled = Object.entries(config.shape).filter(([, field]) => typeof (field as z.ZodType).meta()?.title !== "string");
		expect(untitled.map(([name]) => name)).toEqual([]);
		expect(() => config.parse({})).not.toThrow();
	});

	it("hides a field only by a field beside it, and by values that this can have", () => {
		const hiding = (schema: z.ZodType): void => {
			const inner = unwrapAll(schema);
			if (inner instanceof z.ZodArray) hiding(inner.element as z.ZodType);
			if (!(inner instanceof z.ZodObject)) return;
			for (const [name, field] of Object.entries(inner.shape as Record<string, z.ZodType>)) {
				hiding(field);
				const showIf = metaOf(field)?.showIf;
				if (showIf === undefined) continue;
				const other = inner.shape[showIf.field] as z.ZodType | undefined;
				expect(other, `${name} looks at ${showIf.field}, which is not beside it`).toBeDefined();
				for (const value of "is" in showIf ? showIf.is : showIf.isNot)
					expect(other?.safeParse(value).success, `${showIf.field} is never ${value}`).toBe(true);
			}
		};
		if (definition !== undefined) hiding(definition.config);
	});

	it("speaks of itself in one line", () => {
		expect(definition?.summary).toMatch(/^[A-Z].{5,70}[^.]$/);
		expect(definition?.cardSummary(definition.config.parse({}) as never).length).toBeGreaterThan(2);
		for (const port of [...(definition?.inputs ?? []), ...(definition?.outputs ?? [])]) expect(port.summary).toMatch(/\.$/);
	});

	it("has the operator that its role needs", async () => {
		const module = await operators.get(kind)?.();
		expect(typeof (definition?.role === "sink" ? module?.createSink : module?.createOperator)).toBe("function");
		if (definition?.role === "source") {
			expect(definition.door).toBeDefined();
			expect(definition.reading).toBeDefined();
		}
		if (definition?.role === "sink") expect(definition.commitsIn).toBeDefined();
	});
});
