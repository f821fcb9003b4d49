import { countChanges, diffFlows } from "@weir/flow";
import { useMemo } from "react";
import { useDocument, useSaver, useSession } from "../editor/context.ts";
import { clockTime, plural } from "../format.ts";
import type { SaverState } from "./saver.ts";

/** Says where the work is: saved, on its way, on this device, or in conflict. */
export function SaveStatusLine() {
	const session = useSession();
	const state = useSaver((saver) => saver);
	const flow = useDocument((document) => document.flow);
	const saved = state?.saved.flow;
	const changes = useMemo(() => {
		if (saved === undefined) return 0;
		const diff = diffFlows(saved, flow);
		return countChanges(diff) + diff.movedNodes.length;
	}, [saved, flow]);
	if (state === undefined) return null;
	const text = wordsFor(state, changes);
	return (
		<>
			<span
				className="weir-saved"
				role="status"
				data-testid="save-status"
				data-saved-rev={`${state.saved.rev}.${state.saved.layoutRev}`}
				data-save-state={state.status.kind}
			>
				{text}
			</span>
			{state.status.kind === "refused" && (
				<button type="button" className="weir-button small" onClick={() => void session.saver?.flush()}>
					Save again
				</button>
			)}
		</>
	);
}

function wordsFor({ status, saved }: SaverState, changes: number): string {
	switch (status.kind) {
		case "saved":
			return saved.savedAt === undefined ? "" : `Saved ${clockTime(saved.savedAt)}`;
		case "unsaved":
		case "saving":
			return "Saving…";
		case "offline":
			return `Offline – ${plural(changes, "change")} kept on this device`;
		case "refused":
			return status.message;
		case "conflict":
			return "Conflict";
	}
}
