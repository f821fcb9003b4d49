import { loadParser } from "@weir/expressions";
import type { Flow } from "@weir/flow";
import type { Catalogue } from "@weir/node-kit";
import { deviceKeeper } from "../autosave/device.ts";
import { createSaver, type Saver } from "../autosave/saver.ts";
import { createDocumentStore, type DocumentStore } from "../document/store.ts";
import { createLiveStore, type LiveStore } from "../live/store.ts";
import type { DraftPort, NodeIcons, SavedDraft } from "../ports.ts";
import { type AnalysisStore, analyse, createAnalysisStore } from "../problems/store.ts";
import { createLastSeenStore, type LastSeenStore } from "../tap/last-seen.ts";
import { createViewStore, toast, type ViewStore } from "../view/store.ts";
import type { CanvasHandle } from "./canvas-handle.ts";

/** Everything one open editor holds: its stores and what it was handed. Made once per mount. */
export interface Session {
	readonly flowId: string;
	readonly catalogue: Catalogue;
	readonly icons: NodeIcons;
	readonly documents: DocumentStore;
	readonly view: ViewStore;
	readonly live: LiveStore;
	readonly analysis: AnalysisStore;
	readonly lastSeen: LastSeenStore;
	/** Undefined where nothing can be saved: the read-only canvas. */
	readonly saver: Saver | undefined;
	readonly canEdit: boolean;
	/** The way to the drawn canvas; does nothing until it is there. */
	readonly canvas: { current: CanvasHandle | undefined };
}

export interface SessionOptions {
	readonly flowId: string;
	readonly catalogue: Catalogue;
	readonly icons: NodeIcons;
	readonly draft: SavedDraft;
	readonly drafts?: DraftPort | undefined;
	readonly canEdit: boolean;
	onSaved?(saved: SavedDraft): void;
}

const systemClock = {
	now: () => Date.now(),
	after(delayMs: number, run: () => void) {
		const timer = setTimeout(run, delayMs);
		return () => clearTimeout(timer);
	},
};

export function createSession(options: SessionOptions): Session {
	const documents = createDocumentStore(options.draft.flow);
	const view = createViewStore();
	const first = options.draft.flow.nodes[0];
	view.setState({ focused: first?.id });
	const saver =
		options.drafts === undefined || !options.canEdit
			? undefined
			: createSaver({
					flowId: options.flowId,
					draft: options.draft,
					port: options.drafts,
					keeper: deviceKeeper,
					clock: systemClock,
					current: () => documents.getState().flow,
					absorb: (flow) => documents.getState().absorb(flow),
					onSaved: (saved) => options.onSaved?.(saved),
					onMerged: () => toast(view, "Somebody else changed this draft; their changes and yours were put together."),
					onConflict: () => toast(view, "Somebody else changed the same thing. Choose what stays.", { tone: "error" }),
				});
	return {
		flowId: options.flowId,
		catalogue: options.catalogue,
		icons: options.icons,
		documents,
		view,
		live: createLiveStore(),
		lastSeen: createLastSeenStore(),
		analysis: createAnalysisStore(options.draft.flow, options.catalogue),
		saver,
		canEdit: options.canEdit,
		canvas: { current: undefined },
	};
}

/** Short enough that a problem shows within 150 ms of the edit, long enough that dragging does not check each pixel. */
const ANALYSE_AFTER_MS = 60;

/** Keeps problems, saving and focus in step with the drawing. Returns how to stop. */
export function runSession(session: Session): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let checked: Flow = session.documents.getState().flow;
	const check = () => {
		timer = undefined;
		checked = session.documents.getState().flow;
		session.analysis.setState(analyse(checked, session.catalogue));
	};
	const unsubscribe = session.documents.subscribe((state, before) => {
		if (state.flow !== before.flow && state.gestureStart === undefined) session.saver?.changed();
		if (state.gestureStart !== before.gestureStart && state.gestureStart === undefined) session.saver?.changed();
		if (state.flow === before.flow) return;
		dropGone(session, state.flow);
		if (timer === undefined) timer = setTimeout(check, ANALYSE_AFTER_MS);
	});
	if (session.documents.getState().flow !== checked) check();
	return () => {
		unsubscribe();
		if (timer !== undefined) clearTimeout(timer);
	};
}

/** Makes PostgreSQL's parser ready, then checks the drawing again: until then expressions count as unknown. */
export async function loadExpressions(session: Session, locateWasm: string | undefined): Promise<void> {
	try {
		await loadParser(locateWasm === undefined ? {} : { locateWasm });
		session.analysis.setState(analyse(session.documents.getState().flow, session.catalogue));
	} catch {
		toast(session.view, "Expressions cannot be checked in this browser; the server still checks them before a deploy.", { tone: "error" });
	}
}

/** Selection and roving focus never name what is no longer there. */
function dropGone({ view }: Session, flow: Flow): void {
	const nodes = new Set(flow.nodes.map((node) => node.id));
	const edges = new Set(flow.edges.map((edge) => edge.id));
	const { nodes: selected, edges: selectedEdges, focused, inside } = view.getState();
	const stays = (ids: ReadonlySet<string>, alive: ReadonlySet<string>) =>
		[...ids].every((id) => alive.has(id)) ? ids : new Set([...ids].filter((id) => alive.has(id)));
	const change = {
		nodes: stays(selected, nodes),
		edges: stays(selectedEdges, edges),
		focused: focused !== undefined && nodes.has(focused) ? focused : flow.nodes[0]?.id,
		inside: inside !== undefined && nodes.has(inside) ? inside : undefined,
	};
	if (change.nodes !== selected || change.edges !== selectedEdges || change.focused !== focused || change.inside !== inside)
		view.setState(change);
}
