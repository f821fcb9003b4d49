import { type Flow, type MergeConflict, mergeFlows } from "@weir/flow";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { DraftPort, SavedDraft } from "../ports.ts";
import { type Choices, settle } from "./conflict.ts";
import type { DraftKeeper } from "./device.ts";
import { retryAfterMs, saveDueAt } from "./due.ts";

type SaveStatus =
	| { readonly kind: "saved" }
	| { readonly kind: "unsaved" }
	| { readonly kind: "saving" }
	| { readonly kind: "offline" }
	| { readonly kind: "refused"; readonly message: string }
	| { readonly kind: "conflict"; readonly conflicts: readonly MergeConflict[]; readonly theirs: SavedDraft };

export interface SaverState {
	readonly status: SaveStatus;
	readonly saved: SavedDraft;
}

/** Time as the saver sees it, so that a test can move it. */
interface SaverClock {
	now(): number;
	after(delayMs: number, run: () => void): () => void;
}

export interface SaverOptions {
	readonly flowId: string;
	readonly draft: SavedDraft;
	readonly port: DraftPort;
	readonly keeper: DraftKeeper;
	readonly clock: SaverClock;
	/** The drawing as it is now. */
	current(): Flow;
	/** Puts a merged drawing on the screen. */
	absorb(flow: Flow): void;
	onSaved(saved: SavedDraft): void;
	/** Someone else's changes were taken in without a question. */
	onMerged(): void;
	/** Called once for each conflict, never again while it lasts. */
	onConflict(): void;
}

export interface Saver {
	readonly state: StoreApi<SaverState>;
	/** The drawing changed. */
	changed(): void;
	/** Saves at once what is unsaved. Resolves when the server has answered. */
	flush(options?: { readonly keepalive: boolean }): Promise<void>;
	/** Ends a conflict with a choice for each item. */
	settleConflict(choices: Choices): void;
	/** Takes the whole of their drawing. */
	takeTheirs(): void;
	stop(): void;
}

/**
 * Saves the draft by itself and never loses work: what does not reach the server stays on the device.
 * After a conflict that cannot be merged it stops asking until a person has decided.
 */
export function createSaver(options: SaverOptions): Saver {
	const { port, keeper, clock, flowId } = options;
	const state = createStore<SaverState>()(() => ({ status: { kind: "saved" }, saved: options.draft }));
	let firstChangeAt: number | undefined;
	let lastSaveAt = Number.NEGATIVE_INFINITY;
	let failures = 0;
	let rounds = 0;
	let running: Promise<void> | undefined;
	let cancel: (() => void) | undefined;
	let stopped = false;

	const setStatus = (status: SaveStatus) => state.setState({ status });
	const isDirty = () => options.current() !== state.getState().saved.flow;
	const inConflict = () => state.getState().status.kind === "conflict";

	function schedule(at: number): void {
		cancel?.();
		cancel = clock.after(Math.max(0, at - clock.now()), () => void start(false));
	}

	function keepOnDevice(): void {
		const { saved } = state.getState();
		void keeper.write(flowId, { flow: options.current(), base: saved.flow, baseRev: saved.rev, at: clock.now() });
	}

	function changed(): void {
		if (stopped) return;
		if (!isDirty()) {
			settleClean();
			return;
		}
		const now = clock.now();
		firstChangeAt ??= now;
		keepOnDevice();
		if (inConflict()) return;
		if (state.getState().status.kind === "saved" || state.getState().status.kind === "refused") setStatus({ kind: "unsaved" });
		if (running === undefined && failures === 0) schedule(saveDueAt(firstChangeAt, now, lastSaveAt));
	}

	/** Undo led back to what the server has. */
	function settleClean(): void {
		if (state.getState().status.kind !== "unsaved") return;
		firstChangeAt = undefined;
		cancel?.();
		setStatus({ kind: "saved" });
		void keeper.forget(flowId);
	}

	function start(keepalive: boolean): Promise<void> {
		if (running !== undefined) return running;
		if (stopped || inConflict() || !isDirty()) return Promise.resolve();
		cancel?.();
		running = save(keepalive).finally(() => {
			running = undefined;
			if (!stopped && !inConflict() && failures === 0 && isDirty() && state.getState().status.kind !== "refused") changed();
		});
		return running;
	}

	async function save(keepalive: boolean): Promise<void> {
		const { saved } = state.getState();
		const flow = options.current();
		const offline = state.getState().status.kind === "offline";
		if (!offline) setStatus({ kind: "saving" });
		lastSaveAt = clock.now();
		firstChangeAt = undefined;
		try {
			const outcome = await port.save({ baseRev: saved.rev, baseLayoutRev: saved.layoutRev, flow, keepalive });
			failures = 0;
			if (outcome.kind === "refused") return setStatus(outcome);
			if (outcome.kind === "conflict") return meet(outcome.theirs);
			rounds = 0;
			const now: SavedDraft = { rev: outcome.rev, layoutRev: outcome.layoutRev, flow, savedAt: outcome.savedAt };
			state.setState({ saved: now, status: options.current() === flow ? { kind: "saved" } : { kind: "unsaved" } });
			if (!isDirty()) void keeper.forget(flowId);
			options.onSaved(now);
		} catch {
			failures++;
			setStatus({ kind: "offline" });
			keepOnDevice();
			schedule(clock.now() + retryAfterMs(failures));
		}
	}

	function meet(theirs: SavedDraft): void {
		const { merged, conflicts } = mergeFlows(state.getState().saved.flow, options.current(), theirs.flow);
		if (conflicts.length > 0 || rounds >= 3) {
			setStatus({ kind: "conflict", conflicts, theirs });
			options.onConflict();
			return;
		}
		rounds++;
		goOnFrom(theirs, merged);
		options.onMerged();
	}

	function goOnFrom(theirs: SavedDraft, flow: Flow): void {
		state.setState({ saved: theirs, status: { kind: "unsaved" } });
		options.absorb(flow);
		lastSaveAt = Number.NEGATIVE_INFINITY;
	}

	return {
		state,
		changed,
		async flush({ keepalive } = { keepalive: false }) {
			await running;
			failures = 0;
			await start(keepalive);
		},
		settleConflict(choices) {
			const { status, saved } = state.getState();
			if (status.kind !== "conflict") return;
			rounds = 0;
			goOnFrom(status.theirs, settle(saved.flow, options.current(), status.theirs.flow, choices));
			void start(false);
		},
		takeTheirs() {
			const { status } = state.getState();
			if (status.kind !== "conflict") return;
			rounds = 0;
			goOnFrom(status.theirs, status.theirs.flow);
			setStatus({ kind: "saved" });
			void keeper.forget(flowId);
		},
		stop() {
			stopped = true;
			cancel?.();
		},
	};
}
