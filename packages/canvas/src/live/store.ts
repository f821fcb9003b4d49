import { createStore, type StoreApi } from "zustand/vanilla";
import type { EdgeLive, LiveFrame, NodeLive } from "../ports.ts";
import { type MotionView, pickMoving } from "./motion.ts";

/** One point a second for five minutes. */
const POINTS_KEPT = 300;
const STALE_AFTER_MS = 3_000;

export interface LiveValues {
	/** Undefined until the first frame. */
	readonly at: number | undefined;
	readonly nodes: Readonly<Record<string, NodeLive>>;
	readonly edges: Readonly<Record<string, EdgeLive>>;
	/** Rates of the last five minutes by node id, oldest first. */
	readonly trail: Readonly<Record<string, readonly number[]>>;
	/** Seconds since the stream stopped; undefined while it runs. */
	readonly staleSeconds: number | undefined;
	readonly paused: boolean;
	/** Edges whose dashes move. */
	readonly moving: ReadonlySet<string>;
	readonly motion: MotionView;
}

export interface LiveActions {
	take(frame: LiveFrame, receivedAt: number): void;
	/** Called every second: finds out that nothing comes any more. */
	tick(now: number): void;
	setPaused(paused: boolean): void;
	look(view: Partial<MotionView>): void;
}

export type LiveStore = StoreApi<LiveValues & LiveActions>;

const STILL: MotionView = { inView: undefined, preferred: new Set(), still: false };

/** Live numbers in a store of their own, keyed by id: never in node data, so that a frame re-renders numbers and nothing else. */
export function createLiveStore(): LiveStore {
	let receivedAt: number | undefined;
	return createStore<LiveValues & LiveActions>()((set, get) => {
		const withMotion = (change: Partial<LiveValues>) => {
			const next = { ...get(), ...change };
			const moving = next.paused || next.staleSeconds !== undefined ? NONE : pickMoving(next.edges, next.motion);
			set({ ...change, moving: sameSet(moving, next.moving) ? next.moving : moving });
		};
		return {
			at: undefined,
			nodes: {},
			edges: {},
			trail: {},
			staleSeconds: undefined,
			paused: false,
			moving: NONE,
			motion: STILL,
			take(frame, now) {
				receivedAt = now;
				if (get().paused) return;
				withMotion({
					at: frame.at,
					nodes: keepEqual(get().nodes, frame.nodes),
					edges: keepEqual(get().edges, frame.edges),
					trail: lengthen(get().trail, frame.nodes),
					staleSeconds: undefined,
				});
			},
			tick(now) {
				if (receivedAt === undefined || get().paused) return;
				const silentMs = now - receivedAt;
				const staleSeconds = silentMs > STALE_AFTER_MS ? Math.round(silentMs / 1_000) : undefined;
				if (staleSeconds !== get().staleSeconds) withMotion({ staleSeconds });
			},
			setPaused(paused) {
				withMotion({ paused });
			},
			look(view) {
				withMotion({ motion: { ...get().motion, ...view } });
			},
		};
	});
}

const NONE: ReadonlySet<string> = new Set();

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
	return a.size === b.size && [...a].every((id) => b.has(id));
}

/** Entries that did not change keep their identity, so that their cards do not render again. */
function keepEqual<T extends object>(was: Readonly<Record<string, T>>, is: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
	const kept: Record<string, T> = {};
	for (const [id, value] of Object.entries(is)) {
		const old = was[id];
		kept[id] = old !== undefined && sameShallow(old, value) ? old : value;
	}
	return kept;
}

function sameShallow(a: object, b: object): boolean {
	const keys = Object.keys(b);
	return keys.length === Object.keys(a).length && keys.every((key) => Object.is(Reflect.get(a, key), Reflect.get(b, key)));
}

function lengthen(trail: LiveValues["trail"], nodes: LiveFrame["nodes"]): LiveValues["trail"] {
	const longer: Record<string, readonly number[]> = {};
	for (const [id, node] of Object.entries(nodes)) {
		const value = node.outPerSecond ?? node.inPerSecond;
		longer[id] = value === undefined ? (trail[id] ?? []) : [...(trail[id] ?? []), value].slice(-POINTS_KEPT);
	}
	return longer;
}
