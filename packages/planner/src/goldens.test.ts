import { readdirSync, readFileSync } from "node:fs";
import { flowSchema } from "@weir/flow";
import { expect, test } from "vitest";
import { resolveMeters } from "../test/meters.ts";
import { plan } from "./make-plan.ts";

const folder = new URL("./goldens/", import.meta.url);
const names = readdirSync(folder)
	.filter((file) => file.endsWith(".flow.json"))
	.map((file) => file.replace(".flow.json", ""));

test("there are golden flows", () => {
	expect(names.length).toBeGreaterThanOrEqual(7);
});

test.each(names)("plans %s as the golden file says", async (name) => {
	const flow = flowSchema.parse(JSON.parse(readFileSync(new URL(`${name}.flow.json`, folder), "utf8")));
	const made = plan(resolveMeters(flow), { sourcePartitions: 16, exchangePartitions: 4 });
	await expect(`${JSON.stringify(made, null, "\t")}\n`).toMatchFileSnapshot(new URL(`${name}.plan.json`, folder).pathname);
});

test.each(names)("every node of %s is in one stage and every edge is in a stage or an exchange", (name) => {
	const flow = flowSchema.parse(JSON.parse(readFileSync(new URL(`${name}.flow.json`, folder), "utf8")));
	const made = plan(resolveMeters(flow));
	expect(made.stages.flatMap((stage) => stage.nodes.map((node) => node.id)).sort()).toEqual(flow.nodes.map((node) => node.id).sort());
	const edges = made.stages.flatMap((stage) => [
		...stage.edges.map((edge) => edge.id),
		...stage.inputs.flatMap((input) => (input.type === "exchange" ? [input.edge] : [])),
	]);
	expect(edges.sort()).toEqual(flow.edges.map((edge) => edge.id).sort());
	for (const stage of made.stages) {
		const sinks = stage.authority.type === "connection" ? 1 : 0;
		expect(sinks === 0 || stage.writes.length === 0).toBe(true);
	}
});
