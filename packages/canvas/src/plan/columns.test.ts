import { expect, test } from "vitest";
import type { PlanStage } from "../ports.ts";
import { columnsOf } from "./columns.ts";

const stage = (id: string, ...feeders: string[]): PlanStage => ({
	id,
	nodes: [],
	partitions: 4,
	feeds: feeders.map((feeder) => ({ kind: "stage", stage: feeder, from: "a", to: "b", how: "regrouped by room", partitions: 4 })),
	because: [],
	commit: "",
	sinks: [],
});

test("a stage stands right of everything that feeds it, and stages that wait for the same stand below each other", () => {
	const columns = columnsOf([stage("door"), stage("average", "door"), stage("pair", "average", "door"), stage("log", "door")]);
	expect(columns.map((column) => column.map(({ id }) => id))).toEqual([["door"], ["average", "log"], ["pair"]]);
});
