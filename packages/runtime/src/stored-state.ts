import type { Operator } from "@weir/node-kit";
import { type StatePart, unpackPart } from "./state-part.ts";

/** What is stored of one operator: the last snapshot, and the changes since. */
export interface StoredState {
	readonly snapshot: Uint8Array | undefined;
	readonly deltas: readonly Uint8Array[];
}

/** With the next part of it. */
export function withPart(before: StoredState | undefined, { type, pieces }: StatePart): StoredState {
	const all = pieces.map(({ bytes }) => bytes);
	return type === "snapshot"
		? { snapshot: all[0], deltas: [] }
		: { snapshot: before?.snapshot, deltas: [...(before?.deltas ?? []), ...all] };
}

/** What the parts of one operator are together. Throws STATE_CORRUPT. */
export function storedOf(parts: readonly Uint8Array[]): StoredState {
	let stored: StoredState = { snapshot: undefined, deltas: [] };
	for (const part of parts) stored = withPart(stored, unpackPart(part));
	return stored;
}

export function restoreFrom(operator: Operator, { snapshot, deltas }: StoredState): void {
	if (snapshot !== undefined) operator.restore?.(snapshot);
	for (const delta of deltas) operator.restoreDelta?.(delta);
}
