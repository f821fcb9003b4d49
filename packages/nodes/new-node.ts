import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * npm run new:node <kind>: a folder with the files of a node type that already passes all tests. It passes records on and counts nothing;
 * from there, change one thing at a time and let the tests tell.
 */

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), "src");
const [kind] = process.argv.slice(2);

function stop(sentence: string): never {
	console.error(sentence);
	process.exit(1);
}

if (kind === undefined) stop("Say which: npm run new:node unit-convert");
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kind))
	stop(`A kind is made of small letters, digits and single dashes, for example unit-convert; ${kind} is not.`);
const folder = join(SOURCES, kind);
if (existsSync(folder)) stop(`There is a node type ${kind} already; choose another name.`);

const title = kind.slice(0, 1).toUpperCase() + kind.slice(1).replaceAll("-", " ");
const name = kind.replace(/(^|-)([a-z0-9])/g, (_all, _dash, letter: string) => letter.toUpperCase());

const files: Readonly<Record<string, string>> = {
	"definition.ts": `import { defineNode, type FieldMeta } from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	note: z
		.string()
		.max(200)
		.default("")
		.meta({ title: "Note", help: "Shown on the card." } satisfies FieldMeta),
});

export type ${name}Config = z.infer<typeof configSchema>;

export const definition = defineNode<${name}Config>({
	kind: "${kind}",
	version: 1,
	migrations: {},
	role: "transform",
	category: "transform",
	title: "${title}",
	summary: "Passes records on as they are",
	tags: [],
	status: "experimental",
	inputs: [{ name: "in", summary: "Records to pass on." }],
	outputs: [{ name: "out", summary: "The same records." }],
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (_config, input) => ({ schemas: { out: input ?? { fields: [] } }, problems: [] }),
	lint: () => [],
	cardSummary: (config) => config.note || "passes on",
	fieldsRead: () => [],
});
`,
	"operator.ts": `import type { CreateOperator } from "@weir/node-kit";
import type { ${name}Config } from "./definition.ts";

export const createOperator: CreateOperator<${name}Config> = () => ({
	onBatch: (batch, emit) => emit("out", batch),
});
`,
	"cases.json": `[
	{
		"title": "passes records on",
		"config": {},
		"input": { "fields": [{ "name": "pump", "type": "text" }] },
		"steps": [{ "records": [{ "pump": "north" }] }],
		"expect": [{ "port": "out", "records": [{ "pump": "north" }] }]
	}
]
`,
	"docs.md": `# ${title}

Passes records on as they are.

## When not to use it

- When nothing shall be done: an edge does the same.

## Delivery guarantees

Keeps nothing, so it repeats exactly after any restart.

## Back-pressure

Holds no records. It runs as fast as what comes behind it takes them.
`,
	"icon.svg": `<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><path d="M2 8h12M10.5 4.5 14 8l-3.5 3.5"/></svg>
`,
	"operator.test.ts": `import { aBatch, type RecordBatch } from "@weir/records";
import { expect, it } from "vitest";
import { createOperator } from "./operator.ts";

const schema = { fields: [{ name: "pump", type: "text" as const }] };

it("hands on the very batch it was given", () => {
	const context = { input: schema, outputs: { out: schema }, seed: 1, reject: () => {}, count: () => {} };
	const batch = aBatch(schema, [{ pump: "north" }]);
	const emitted: RecordBatch[] = [];
	createOperator({ note: "" }, context).onBatch(batch, (_port, out) => emitted.push(out));
	expect(emitted).toEqual([batch]);
});
`,
};

mkdirSync(folder);
for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
await import("./generate.ts");
console.log(`Made packages/nodes/src/${kind}. It passes its tests: npx vitest run packages/nodes`);
