import type { DraftPort, SaveOutcome } from "@weir/canvas";
import { ApiError } from "../../client/api-error.ts";
import type { Draft } from "../../client/contract.ts";
import { flowApi } from "../../client/flows.ts";

function isDraft(body: unknown): body is Draft {
	return typeof body === "object" && body !== null && "rev" in body && "layoutRev" in body && "flow" in body;
}

/** What an answer means for the editor. Lost connections and busy servers are thrown on: the editor keeps the work and tries again. */
function outcomeOf(error: unknown): SaveOutcome {
	if (!(error instanceof ApiError)) throw error;
	if (error.status === 409 && isDraft(error.body)) {
		const { rev, layoutRev, flow, savedAt } = error.body;
		return { kind: "conflict", theirs: { rev, layoutRev, flow, savedAt } };
	}
	if (error.status === 0 || error.status === 429 || error.status >= 500) throw error;
	return { kind: "refused", message: error.message };
}

/** Saves drafts over the API. */
export function draftPort(tenant: string, flowId: string, copyName: () => string, onCopied: (flowId: string) => void): DraftPort {
	return {
		async save({ baseRev, baseLayoutRev, flow, keepalive }) {
			try {
				const saved = await flowApi.saveDraft(tenant, flowId, { baseRev, baseLayoutRev, flow }, keepalive);
				return { kind: "saved", rev: saved.rev, layoutRev: saved.layoutRev, savedAt: saved.savedAt };
			} catch (error) {
				return outcomeOf(error);
			}
		},
		async saveAsCopy(flow) {
			const copy = await flowApi.create(tenant, { name: copyName().slice(0, 80), flow });
			onCopied(copy.id);
		},
	};
}
