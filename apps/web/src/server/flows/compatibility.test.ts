import { type Flow, resolve } from "@weir/flow";
import { catalogue } from "@weir/nodes/definitions";
import { DEFAULT_LIMITS, type Plan, plan } from "@weir/planner";
import { expect, it } from "vitest";
import { compare, type Predecessor } from "./compatibility.ts";

const FIELDS = [
	{ name: "device", type: "text" },
	{ name: "n", type: "integer" },
	{ name: "litres", type: "number" },
	{ name: "at", type: "timestamp" },
];

type Configs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function planOf(more: Configs = {}, without: readonly string[] = [], exchangePartitions = 4): Plan {
	const node = (id: string, kind: string, config: Readonly<Record<string, unknown>>) => ({
		id,
		kind,
		version: catalogue.get(kind)?.version ?? 1,
		label: id,
		config: { ...config, ...more[id] },
		position: { x: 0, y: 0 },
	});
	const nodes = [
		node("src", "http-source", { fields: FIELDS, eventTimeField: "at", keyField: "device" }),
		node("once", "dedup", { keys: ["device", "n"] }),
		node("keep", "filter", { condition: "litres >= 5" }),
		node("win", "tumbling-window", { sizeMs: 60_000, groupBy: ["device"], aggregates: [{ function: "count", field: "", as: "n" }] }),
		node("out", "postgres-sink", { table: "t" }),
	].filter((one) => !without.includes(one.id));
	const edges = nodes.slice(1).map((to, i) => ({
		id: `e${i}`,
		from: { node: nodes[i]?.id ?? "", port: "out" },
		to: { node: to.id, port: "in" },
	}));
	const flow: Flow = { schemaVersion: 1, nodes, edges };
	const { resolved, problems } = resolve(flow, catalogue);
	if (resolved === undefined) throw new Error(problems.map((problem) => problem.message).join(" "));
	return plan(resolved, { ...DEFAULT_LIMITS, exchangePartitions });
}

function report(after: Plan, before: Partial<Predecessor> = {}) {
	const { nodes, onTheirWay } = compare({ plan: planOf(), hasEnded: false, isFailed: false, ...before }, after, catalogue, (id) => id);
	return { onTheirWay, ...Object.fromEntries(nodes.map(({ nodeId, state, note }) => [nodeId, `${state}: ${note}`])) };
}

it("keeps what nodes hold where nothing about it changed, also where other settings did", () => {
	expect(report(planOf({ keep: { condition: "litres > 7" }, once: { horizonMs: 5_000 } }))).toEqual({
		src: "kept: Reads on where it stopped.",
		once: "migrated: Goes on with keys already seen, under its new settings.",
		keep: "kept: Keeps nothing between records.",
		win: "kept: Goes on with open windows.",
		out: "kept: Keeps nothing between records.",
		onTheirWay: "The new version goes on at the last commit of the one that runs, within a few seconds. Nothing is closed early.",
	});
});

it("says what is lost where the state has another form, or its records are grouped differently", () => {
	expect(report(planOf({ win: { sizeMs: 30_000 } }))).toMatchObject({
		once: "kept: Goes on with keys already seen.",
		win: "reset: Its new settings keep another kind of state: open windows are lost.",
	});
	expect(report(planOf({ src: { keyField: "n" } }))).toMatchObject({
		once: "reset: Records reach it grouped by something else now: keys already seen are lost.",
	});
	expect(report(planOf({}, ["once"]))).toMatchObject({ once: "reset: It is no longer part of the flow: keys already seen are lost." });
});

it("keeps what nodes hold by key over another number of partitions, and says so", () => {
	const regrouped = { win: { groupBy: ["litres"] } };
	const before = planOf(regrouped);
	expect(report(planOf(regrouped, [], 8), { plan: before })).toMatchObject({
		once: "kept: Goes on with keys already seen.",
		win: "kept: Goes on with open windows, spread over 8 partitions.",
	});
	expect(report(planOf(regrouped, [], 1), { plan: before })).toMatchObject({
		win: "kept: Goes on with open windows, gathered in one partition.",
	});
});

it("waits for records on their way where the new plan has no place for them, and says that a failed version cannot write them", () => {
	const before = planOf({ win: { groupBy: ["litres"] } });
	const after = planOf();
	expect(report(after, { plan: before }).onTheirWay).toContain("first writes the records that are on their way");
	expect(report(after, { plan: before, isFailed: true }).onTheirWay).toContain("they are lost");
});

it("promises nothing of windows that a drain has closed", () => {
	expect(report(planOf(), { hasEnded: true })).toMatchObject({
		win: "reset: The flow was drained to its end: open windows are not taken over.",
	});
});
