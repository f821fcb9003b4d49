import type { Flow } from "@weir/flow";

export const GRID = 16;
export const NODE_WIDTH = 240;
export const NODE_HEIGHT = 76;
/** From one column of nodes to the next. */
export const COLUMN_PITCH = 384;
const PUSH = 96;

export interface Point {
	readonly x: number;
	readonly y: number;
}

export function snap(point: Point): Point {
	return { x: Math.round(point.x / GRID) * GRID, y: Math.round(point.y / GRID) * GRID };
}

/** The nearest place at or below `wanted` where a card covers no other; moved down in steps of 96 px. */
export function freePlace(flow: Flow, wanted: Point): Point {
	let place = snap(wanted);
	while (flow.nodes.some((node) => overlaps(node.position, place))) place = { x: place.x, y: place.y + PUSH };
	return place;
}

function overlaps(a: Point, b: Point): boolean {
	return Math.abs(a.x - b.x) < NODE_WIDTH && Math.abs(a.y - b.y) < NODE_HEIGHT;
}
