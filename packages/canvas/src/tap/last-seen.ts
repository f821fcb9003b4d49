import type { Flow } from "@weir/flow";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { TapRow, TapTarget } from "../ports.ts";
import { fieldsOfJson } from "./tap-store.ts";

export type SeenValues = Readonly<Record<string, string>>;

interface LastSeen {
	/** Field values of the newest record that was seen coming into a node. */
	readonly into: ReadonlyMap<string, SeenValues>;
	/** … and going out of it. */
	readonly outOf: ReadonlyMap<string, SeenValues>;
	take(target: TapTarget, rows: readonly TapRow[], flow: Flow): void;
}

export type LastSeenStore = StoreApi<LastSeen>;

/** Remembers what taps have shown, for the forms to tell what is in a field. */
export function createLastSeenStore(): LastSeenStore {
	return createStore<LastSeen>()((set, get) => ({
		into: new Map(),
		outOf: new Map(),
		take(target, rows, flow) {
			const into = new Map(get().into);
			const outOf = new Map(get().outOf);
			const edge = target.kind === "edge" ? flow.edges.find((one) => one.id === target.id) : undefined;
			const hasInput = flow.edges.some((one) => one.to.node === target.id);
			for (const row of rows) {
				const values = valuesOf(row.value);
				if (values === undefined) continue;
				if (edge !== undefined) into.set(edge.to.node, values);
				else if (target.kind === "node" && row.side === "in") into.set(target.id, values);
				else if (target.kind === "node" && row.side === "out") outOf.set(target.id, values);
				else if (target.kind === "node") (hasInput ? into : outOf).set(target.id, values);
			}
			set({ into, outOf });
		},
	}));
}

const LONGEST = 40;

/** The fields of a record in words that fit on a line; undefined when it has none. */
function valuesOf(json: string): SeenValues | undefined {
	const fields = fieldsOfJson(json);
	return fields && Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, short(value)]));
}

function short(value: unknown): string {
	const text = typeof value === "string" ? value : JSON.stringify(value);
	return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
