import type { Problem } from "@weir/errors";
import { type Flow, type Resolution, resolve } from "@weir/flow";
import type { Catalogue } from "@weir/node-kit";
import { createStore, type StoreApi } from "zustand/vanilla";

export interface Analysis {
	readonly resolution: Resolution;
	readonly problems: readonly Problem[];
	readonly byNode: ReadonlyMap<string, readonly Problem[]>;
	readonly byEdge: ReadonlyMap<string, readonly Problem[]>;
}

export type AnalysisStore = StoreApi<Analysis>;

/** What is wrong with the drawing, sorted so that a node or edge finds its own. */
export function analyse(flow: Flow, catalogue: Catalogue): Analysis {
	const resolution = resolve(flow, catalogue);
	const problems = [...resolution.problems].sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
	return {
		resolution,
		problems,
		byNode: groupBy(problems, (problem) => problem.nodeId),
		byEdge: groupBy(problems, (problem) => problem.edgeId),
	};
}

export function createAnalysisStore(flow: Flow, catalogue: Catalogue): AnalysisStore {
	return createStore<Analysis>()(() => analyse(flow, catalogue));
}

function groupBy(problems: readonly Problem[], idOf: (problem: Problem) => string | undefined): ReadonlyMap<string, readonly Problem[]> {
	const groups = new Map<string, Problem[]>();
	for (const problem of problems) {
		const id = idOf(problem);
		if (id === undefined) continue;
		const group = groups.get(id);
		if (group === undefined) groups.set(id, [problem]);
		else group.push(problem);
	}
	return groups;
}
