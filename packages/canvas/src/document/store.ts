import { type Flow, mergeFlows } from "@weir/flow";
import { createStore, type StoreApi } from "zustand/vanilla";
import { emptyHistory, type History, rebase, record, redo, seal, undo } from "./history.ts";

interface ChangeOptions {
	/** What undo will say it took back. */
	readonly label: string;
	/** Typing into one field is one step until blur or a pause. */
	readonly key?: string;
}

export interface DocumentState {
	readonly flow: Flow;
	readonly history: History<Flow>;
	/** Where the running gesture began; its parts are seen at once but are one step of history. */
	readonly gestureStart: Flow | undefined;

	change(make: (flow: Flow) => Flow, options: ChangeOptions): void;
	beginGesture(): void;
	/** A part of a gesture: changes the drawing without a step of its own. */
	gesture(make: (flow: Flow) => Flow): void;
	endGesture(label: string): void;
	sealField(): void;
	/** Says what it took back; undefined when there was nothing. */
	undo(): string | undefined;
	redo(): string | undefined;
	/** Takes in what somebody else saved: history goes on, and undo does not take back their work. */
	absorb(merged: Flow): void;
	/** Another version was loaded: history ends. */
	replace(flow: Flow): void;
}

export type DocumentStore = StoreApi<DocumentState>;

/** The drawing and its history. Holds nothing of one person's view. */
export function createDocumentStore(initial: Flow, now: () => number = Date.now): DocumentStore {
	return createStore<DocumentState>()((set, get) => {
		const travel = (way: typeof undo<Flow>) => {
			const { history, gestureStart } = get();
			if (gestureStart !== undefined) return undefined;
			const result = way(history);
			if (result === undefined) return undefined;
			set({ flow: result.value, history: result.history });
			return result.label;
		};
		return {
			flow: initial,
			history: emptyHistory(),
			gestureStart: undefined,
			change(make, { label, key }) {
				const { flow, history, gestureStart } = get();
				const next = make(flow);
				if (next === flow) return;
				if (gestureStart !== undefined) return set({ flow: next });
				set({ flow: next, history: record(history, { label, before: flow, after: next, key, at: now() }) });
			},
			beginGesture() {
				if (get().gestureStart === undefined) set({ gestureStart: get().flow });
			},
			gesture(make) {
				set({ flow: make(get().flow) });
			},
			endGesture(label) {
				const { flow, history, gestureStart } = get();
				if (gestureStart === undefined) return;
				set({ gestureStart: undefined, history: record(history, { label, before: gestureStart, after: flow, at: now() }) });
			},
			sealField() {
				set({ history: seal(get().history) });
			},
			undo: () => travel(undo),
			redo: () => travel(redo),
			absorb(merged) {
				const { flow, history } = get();
				set({ flow: merged, history: rebase(history, (value) => mergeFlows(flow, value, merged, "mine").merged) });
			},
			replace(flow) {
				set({ flow, history: emptyHistory(), gestureStart: undefined });
			},
		};
	});
}
