import type { RecordSchema } from "@weir/records";
import { beforeAll, expect, it } from "vitest";
import { describeFunctions, loadParser, parseExpression, printExpression } from "./index.ts";

const number = [
	"temperature",
	"litres",
	"current",
	"x",
	"y",
	"speed",
	"age",
	"pressure",
	"amplitude",
	"indoor",
	"outdoor",
	"fare",
	"distance",
];
const text = ["status", "code", "topic", "line", "name", "device", "site", "reading"];

const EXAMPLES: RecordSchema = {
	fields: [
		...number.map((name) => ({ name, type: "number" as const })),
		...text.map((name) => ({ name, type: "text" as const })),
		{ name: "seq", type: "integer" },
		{ name: "ts", type: "integer" },
		{ name: "measured_at", type: "timestamp" },
		{ name: "message", type: "json" },
	],
};

beforeAll(() => loadParser());

it.each(describeFunctions().map(({ name, example }) => [name, example]))("shows an example of %s that can be read", (_name, example) => {
	expect(parseExpression(example, EXAMPLES).problems).toEqual([]);
});

it("prints every example so that it reads as the same tree again", () => {
	for (const { example } of describeFunctions()) {
		const { tree } = parseExpression(example, EXAMPLES);
		if (tree === undefined) throw new Error(`${example} gives no tree.`);
		expect(parseExpression(printExpression(tree), EXAMPLES)).toEqual({ tree, problems: [] });
	}
});

it("describes each function in one sentence, by name", () => {
	const described = describeFunctions();
	expect(described.map(({ name }) => name)).toEqual(described.map(({ name }) => name).toSorted());
	for (const { summary, signature } of described) {
		expect(summary).toMatch(/\.$/);
		expect(signature).not.toBe("");
	}
});
