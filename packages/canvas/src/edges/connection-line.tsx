import { type ConnectionLineComponentProps, getBezierPath } from "@xyflow/react";
import type { CardNode } from "../nodes/card.tsx";

/** The line that follows the pointer; red over a port that will not take it. */
export function DraggedLine({
	fromX,
	fromY,
	toX,
	toY,
	fromPosition,
	toPosition,
	connectionStatus,
}: ConnectionLineComponentProps<CardNode>) {
	const [path] = getBezierPath({
		sourceX: fromX,
		sourceY: fromY,
		targetX: toX,
		targetY: toY,
		sourcePosition: fromPosition,
		targetPosition: toPosition,
	});
	return <path d={path} className="weir-dragged-line" data-status={connectionStatus ?? "open"} fill="none" />;
}
