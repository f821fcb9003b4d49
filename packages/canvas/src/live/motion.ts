import type { EdgeLive } from "../ports.ts";

/** More moving edges than this cost a browser more than they tell. */
const MOVING_LIMIT = 20;

export interface MotionView {
	/** Edges on the screen; undefined: all. */
	readonly inView: ReadonlySet<string> | undefined;
	/** Edges of the hovered or selected path: they go first. */
	readonly preferred: ReadonlySet<string>;
	/** Nothing may move: reduced motion, a hidden tab, or too far away. */
	readonly still: boolean;
}

/** Which edges show their flow: those that carry records now and can be seen, at most twenty. */
export function pickMoving(edges: Readonly<Record<string, EdgeLive>>, view: MotionView): ReadonlySet<string> {
	if (view.still) return new Set();
	const flowing = Object.entries(edges)
		.filter(([id, edge]) => (edge.perSecond ?? 0) > 0 && (view.inView?.has(id) ?? true))
		.sort(([a, x], [b, y]) => Number(view.preferred.has(b)) - Number(view.preferred.has(a)) || (y.perSecond ?? 0) - (x.perSecond ?? 0));
	return new Set(flowing.slice(0, MOVING_LIMIT).map(([id]) => id));
}
