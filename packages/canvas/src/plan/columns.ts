import type { PlanStage } from "../ports.ts";

/** Stages beside each other where one feeds the other: a stage stands right of everything that feeds it. */
export function columnsOf(stages: readonly PlanStage[]): readonly (readonly PlanStage[])[] {
	const byId = new Map(stages.map((stage) => [stage.id, stage]));
	const depths = new Map<string, number>();
	const depthOf = (stage: PlanStage): number => {
		const known = depths.get(stage.id);
		if (known !== undefined) return known;
		// Stages never feed themselves, so this ends; the mark keeps a plan that says otherwise from never doing so.
		depths.set(stage.id, 0);
		const depth = stage.feeds.reduce((deepest, feed) => {
			const feeder = feed.kind === "stage" ? byId.get(feed.stage) : undefined;
			return feeder === undefined ? deepest : Math.max(deepest, depthOf(feeder) + 1);
		}, 0);
		depths.set(stage.id, depth);
		return depth;
	};
	const columns: PlanStage[][] = [];
	for (const stage of stages) {
		const depth = depthOf(stage);
		while (columns.length <= depth) columns.push([]);
		columns[depth]?.push(stage);
	}
	return columns;
}
