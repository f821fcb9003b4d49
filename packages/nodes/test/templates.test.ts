import { loadParser } from "@weir/expressions";
import { flowSchema, resolve } from "@weir/flow";
import { plan } from "@weir/planner";
import { beforeAll, expect, test } from "vitest";
import { catalogue } from "../generated/definitions.ts";
import { templates } from "../templates/index.ts";

beforeAll(() => loadParser());

test.each(templates.map((template) => [template.id, template] as const))(
	"%s resolves without a problem and can be planned",
	(_, template) => {
		const { problems, resolved } = resolve(flowSchema.parse(template.flow), catalogue);
		expect(problems).toEqual([]);
		expect(resolved).toBeDefined();
		if (resolved !== undefined) expect(plan(resolved).stages.length).toBeGreaterThan(0);
	},
);

test("the taxi flow regroups once, by payment type, and commits its table in one stage", () => {
	const taxi = templates.find((template) => template.id === "taxi-trips");
	const { resolved } = resolve(flowSchema.parse(taxi?.flow), catalogue);
	if (resolved === undefined) throw new Error("The taxi template does not resolve.");
	const { stages, exchanges } = plan(resolved);
	expect(stages.map((stage) => stage.nodes.map((node) => node.id))).toEqual([
		["mqtt", "http", "dedup", "plausible"],
		["hour", "table"],
	]);
	expect(exchanges.map((exchange) => exchange.fields)).toEqual([["payment_type"]]);
});

test("ids of templates are unique", () => {
	expect(new Set(templates.map((template) => template.id)).size).toBe(templates.length);
});
