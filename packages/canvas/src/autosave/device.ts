import type { Flow } from "@weir/flow";
import { del, get, set } from "idb-keyval";

/** Unsaved work as it is kept on the device. */
export interface KeptDraft {
	readonly flow: Flow;
	/** What the server had when the work began. */
	readonly base: Flow;
	readonly baseRev: number;
	readonly at: number;
}

/** Where unsaved work survives a crash. */
export interface DraftKeeper {
	read(flowId: string): Promise<KeptDraft | undefined>;
	write(flowId: string, kept: KeptDraft): Promise<void>;
	forget(flowId: string): Promise<void>;
}

const keyOf = (flowId: string) => `weir-draft-${flowId}`;

/** Keeps drafts in IndexedDB. A browser that has none (private windows) keeps nothing, and editing goes on. */
export const deviceKeeper: DraftKeeper = {
	read: async (flowId) => (await quiet(get<KeptDraft>(keyOf(flowId)))) ?? undefined,
	write: async (flowId, kept) => void (await quiet(set(keyOf(flowId), kept))),
	forget: async (flowId) => void (await quiet(del(keyOf(flowId)))),
};

async function quiet<T>(wish: Promise<T>): Promise<T | undefined> {
	try {
		return await wish;
	} catch {
		return undefined;
	}
}
