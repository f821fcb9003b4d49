import { type RefObject, useEffect, useState } from "react";
import type { PlanStage } from "../ports.ts";

/** Lines from each stage to those it feeds, measured on the screen. The cards say the same in words. */
export function PlanLines({ board, stages }: { readonly board: RefObject<HTMLDivElement | null>; readonly stages: readonly PlanStage[] }) {
	const [paths, setPaths] = useState<readonly string[]>([]);
	useEffect(() => {
		const element = board.current;
		if (element === null) return;
		const measure = () => setPaths(pathsIn(element, stages));
		const watcher = new ResizeObserver(measure);
		watcher.observe(element);
		for (const card of element.querySelectorAll("[data-stage]")) watcher.observe(card);
		return () => watcher.disconnect();
	}, [board, stages]);
	return (
		<svg className="weir-plan-lines" aria-hidden="true">
			<defs>
				<marker id="weir-plan-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
					<path d="M0 0 8 4 0 8z" />
				</marker>
			</defs>
			{paths.map((path) => (
				<path key={path} d={path} markerEnd="url(#weir-plan-arrow)" />
			))}
		</svg>
	);
}

function pathsIn(board: HTMLElement, stages: readonly PlanStage[]): readonly string[] {
	const origin = board.getBoundingClientRect();
	const boxes = new Map(
		[...board.querySelectorAll<HTMLElement>("[data-stage]")].map((card) => [card.dataset.stage, card.getBoundingClientRect()]),
	);
	return stages.flatMap(({ id, feeds }) =>
		[...new Set(feeds.flatMap((feed) => (feed.kind === "stage" ? [feed.stage] : [])))].flatMap((feeder) => {
			const [from, to] = [boxes.get(feeder), boxes.get(id)];
			if (from === undefined || to === undefined) return [];
			const [x1, y1] = [from.right - origin.left, from.top + from.height / 2 - origin.top];
			const [x2, y2] = [to.left - origin.left - 2, to.top + to.height / 2 - origin.top];
			const bend = (x2 - x1) / 2;
			return [`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`];
		}),
	);
}
