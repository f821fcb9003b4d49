import { randomBytes } from "node:crypto";
import { canonicalJson, contentText, type Flow, layoutText } from "@weir/flow";
import type { StoredEndpointSettings } from "../endpoint-settings.ts";
import type { InTenant, ScopedClient } from "./client.ts";
import { findFlow, flowNotFound } from "./flow-row.ts";
import { type StoredDraft, toDraft, toJson } from "./flows.ts";

/** An endpoint that a source node of the drawing needs. */
export interface WantedEndpoint {
	readonly node: string;
	readonly protocol: "http" | "mqtt";
	readonly settings: StoredEndpointSettings;
	/** Made from usual settings because the config is not right yet: good for a new address, not for a change. */
	readonly isGuess?: boolean;
}

export interface DraftSave {
	readonly baseRev: number;
	readonly baseLayoutRev: number;
	readonly flow: Flow;
	readonly endpoints: readonly WantedEndpoint[];
	readonly by: string;
}

export type DraftSaved =
	| { readonly kind: "saved"; readonly draft: StoredDraft }
	/** Somebody else saved in between; this is theirs. */
	| { readonly kind: "conflict"; readonly draft: StoredDraft };

export interface Drafts {
	/**
	 * `rev` grows only when content changes and is compared; a layout behind the stored one is not a conflict, the later one wins.
	 * Makes the endpoints of new source nodes.
	 */
	save(flow: string, save: DraftSave): Promise<DraftSaved>;
	/** Makes the endpoints a drawing needs, for a flow that was just made. */
	ensureEndpoints(flow: string, endpoints: readonly WantedEndpoint[]): Promise<void>;
}

export function openDrafts(run: InTenant): Drafts {
	return {
		save: (flow, save) => run((tx) => saveDraft(tx, flow, save)),
		ensureEndpoints: (flow, endpoints) => run((tx) => ensureEndpoints(tx, flow, endpoints)),
	};
}

async function saveDraft(tx: ScopedClient, flow: string, save: DraftSave): Promise<DraftSaved> {
	const locked = await tx.$queryRaw<{ flow_id: string }[]>`select flow_id from draft where flow_id = ${flow}::uuid for update`;
	if (locked.length === 0) throw flowNotFound();
	const now = toDraft(await tx.draft.findUniqueOrThrow({ where: { flowId: flow } }));
	const isContentNew = contentText(save.flow) !== contentText(now.flow);
	const isLayoutNew = layoutText(save.flow) !== layoutText(now.flow);
	if (!isContentNew && !isLayoutNew) return { kind: "saved", draft: now };
	if (isContentNew && save.baseRev !== now.rev) return { kind: "conflict", draft: now };
	const row = await tx.draft.update({
		where: { flowId: flow },
		data: {
			content: toJson(save.flow),
			updatedBy: save.by,
			updatedAt: new Date(),
			...(isContentNew ? { rev: { increment: 1 } } : {}),
			...(isLayoutNew ? { layoutRev: { increment: 1 } } : {}),
		},
	});
	if (isContentNew) await ensureEndpoints(tx, flow, save.endpoints);
	return { kind: "saved", draft: toDraft(row) };
}

/** Settings of a node that runs stay as deployed; the next deploy changes them together with the flow. */
export async function ensureEndpoints(tx: ScopedClient, flow: string, wanted: readonly WantedEndpoint[], deploying = false): Promise<void> {
	if (wanted.length === 0) return;
	const { liveVersion } = await findFlow(tx, flow);
	const existing = new Map((await tx.endpoint.findMany({ where: { flowId: flow } })).map((row) => [row.nodeId, row]));
	for (const { node, protocol, settings, isGuess } of wanted) {
		const row = existing.get(node);
		if (row === undefined) {
			const data = { key: newEndpointKey(), flowId: flow, nodeId: node, protocol, settings: toJson(settings), tenantId: "" };
			await tx.endpoint.create({ data });
		} else if (isGuess !== true && (deploying || liveVersion === null) && canonicalJson(row.settings) !== canonicalJson(settings)) {
			await tx.endpoint.update({ where: { id: row.id }, data: { settings: toJson(settings), protocol } });
		}
	}
}

// 80 random bits: an address must not be guessable, and it is read aloud and typed into devices.
function newEndpointKey(): string {
	return [...randomBytes(16)].map((byte) => "0123456789abcdefghjkmnpqrstvwxyz".charAt(byte % 32)).join("");
}
