import { contentText, type Flow, layoutText } from "@weir/flow";
import type { DraftPort, SavedDraft } from "../src/index.ts";

/** A server in memory, shared by all windows of one origin through localStorage so that two of them can edit the same draft. */
export function fakeServer(flowId: string, first: Flow): { readonly draft: SavedDraft; readonly drafts: DraftPort } {
	const key = `harness-${flowId}`;
	const read = (): SavedDraft | undefined => JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
	const draft = read() ?? { rev: 1, layoutRev: 1, flow: first };
	localStorage.setItem(key, JSON.stringify(draft));
	const drafts: DraftPort = {
		async save({ baseRev, flow }) {
			window.harness.saves++;
			await new Promise((done) => setTimeout(done, 20));
			if (window.harness.isOffline) throw new Error("no network");
			const now = read() ?? draft;
			const changes = contentText(now.flow) !== contentText(flow);
			if (changes && baseRev !== now.rev) return { kind: "conflict", theirs: now };
			const savedAt = Date.now();
			const rev = now.rev + (changes ? 1 : 0);
			const layoutRev = now.layoutRev + (layoutText(now.flow) === layoutText(flow) ? 0 : 1);
			localStorage.setItem(key, JSON.stringify({ rev, layoutRev, flow, savedAt }));
			return { kind: "saved", rev, layoutRev, savedAt };
		},
		async saveAsCopy(flow) {
			localStorage.setItem(`${key}-copy`, JSON.stringify(flow));
		},
	};
	return { draft, drafts };
}
