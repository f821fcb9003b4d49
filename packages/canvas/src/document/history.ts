/** One step that undo takes back: a whole gesture, never a part of one. */
export interface Step<T> {
	/** "move 3 nodes"; follows "Undid:". */
	readonly label: string;
	readonly before: T;
	readonly after: T;
	/** Edits with the same key that follow within the coalescing time become one step. */
	readonly key?: string | undefined;
	readonly at: number;
}

export interface History<T> {
	readonly past: readonly Step<T>[];
	readonly future: readonly Step<T>[];
}

const STEPS_KEPT = 200;
const COALESCE_MS = 800;

export function emptyHistory<T>(): History<T> {
	return { past: [], future: [] };
}

/** Adds a step, or widens the last one when it is the same field typed on. Whatever was undone is forgotten. */
export function record<T>(history: History<T>, step: Step<T>): History<T> {
	if (step.before === step.after) return history;
	const last = history.past.at(-1);
	if (last !== undefined && step.key !== undefined && last.key === step.key && step.at - last.at <= COALESCE_MS) {
		return { past: [...history.past.slice(0, -1), { ...last, after: step.after, at: step.at }], future: [] };
	}
	return { past: [...history.past, step].slice(-STEPS_KEPT), future: [] };
}

/** The next edit of the same field begins a step of its own. */
export function seal<T>(history: History<T>): History<T> {
	const last = history.past.at(-1);
	if (last?.key === undefined) return history;
	return { ...history, past: [...history.past.slice(0, -1), { ...last, key: undefined }] };
}

export interface Travel<T> {
	readonly history: History<T>;
	readonly value: T;
	readonly label: string;
}

export function undo<T>(history: History<T>): Travel<T> | undefined {
	const step = history.past.at(-1);
	if (step === undefined) return undefined;
	return { history: { past: history.past.slice(0, -1), future: [step, ...history.future] }, value: step.before, label: step.label };
}

export function redo<T>(history: History<T>): Travel<T> | undefined {
	const [step, ...future] = history.future;
	if (step === undefined) return undefined;
	return { history: { past: [...history.past, step], future }, value: step.after, label: step.label };
}

/** Carries every kept value over to a new base, after somebody else's work was merged in. */
export function rebase<T>(history: History<T>, carry: (value: T) => T): History<T> {
	const seen = new Map<T, T>();
	const once = (value: T): T => {
		const known = seen.get(value);
		if (known !== undefined) return known;
		const carried = carry(value);
		seen.set(value, carried);
		return carried;
	};
	const move = (step: Step<T>): Step<T> => ({ ...step, before: once(step.before), after: once(step.after), key: undefined });
	return { past: history.past.map(move), future: history.future.map(move) };
}
