import type { LetterChoice, StoredDeadLetter, TenantStore } from "@weir/db";
import * as z from "zod";
import { retryLetters } from "../../dead-letters/retry-letters.ts";
import { audit } from "../audit.ts";
import {
	type DeadLetter,
	deadLetterDetailSchema,
	deadLetterGroupSchema,
	deadLetterPageSchema,
	discardedSchema,
	discardSchema,
	groupsQuery,
	idParams,
	recordsQuery,
	retriedSchema,
	retrySchema,
	tenantParams,
} from "../contract/index.ts";
import { body, guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";

const PREVIEW_CHARACTERS = 200;

export function deadLetterRoutes(services: ApiServices) {
	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/dead-letters", {
				summary: "Records set aside, grouped by flow, node and reason",
				request: { params: tenantParams, query: groupsQuery },
				responses: { 200: json(z.array(deadLetterGroupSchema)) },
			}),
			async (c) => {
				const tenant = c.get("tenant");
				const groups = await tenant.deadLetters.groups(services.now(), c.req.valid("query").flow);
				const labels = await labelsOf(tenant, new Set(groups.map((group) => group.flow)));
				return c.json(
					groups.map(({ flow, firstAtMs, lastAtMs, trend, ...group }) => ({
						...group,
						flowId: flow,
						nodeLabel: labels.get(`${flow} ${group.node}`) ?? group.node,
						firstAt: firstAtMs,
						lastAt: lastAtMs,
						trend: [...trend],
					})),
					200,
				);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/dead-letters/records", {
				summary: "Records set aside, newest first",
				request: { params: tenantParams, query: recordsQuery },
				responses: { 200: json(deadLetterPageSchema) },
			}),
			async (c) => {
				const { cursor, limit, ...filter } = c.req.valid("query");
				const { records, nextCursor } = await c.get("tenant").deadLetters.page(filter, cursor, limit);
				await audit(c, "dead-letter.list", filter.flow ?? "all", { ...filter, records: records.length });
				return c.json({ records: records.map(toDeadLetter), nextCursor }, 200);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/dead-letters/{id}", {
				summary: "A record that was set aside, whole",
				request: { params: idParams },
				responses: { 200: json(deadLetterDetailSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const tenant = c.get("tenant");
				const letter = await tenant.deadLetters.get(id);
				await audit(c, "dead-letter.read", id);
				const labels = await labelsOf(tenant, new Set([letter.flow]));
				return c.json(
					{
						...toDeadLetter(letter),
						nodeLabel: labels.get(`${letter.flow} ${letter.node}`) ?? letter.node,
						flowName: letter.flowName,
						text: utf8(letter.raw),
						base64: Buffer.from(letter.raw).toString("base64"),
					},
					200,
				);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/dead-letters/retry", {
				summary: "Give records back to the nodes that had refused them",
				request: { params: tenantParams, body: body(retrySchema) },
				responses: { 200: json(retriedSchema) },
			}),
			async (c) => {
				const choice = c.req.valid("json");
				const { target, detail } = traceOf(choice);
				const answer = await retryLetters(c.get("tenant"), choiceOf(choice));
				await audit(c, "dead-letter.retry", target, { ...detail, retrying: answer.retrying, refused: answer.refused });
				return c.json(answer, 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/dead-letters/discard", {
				summary: "Give records up, for a reason",
				request: { params: tenantParams, body: body(discardSchema) },
				responses: { 200: json(discardedSchema) },
			}),
			async (c) => {
				const { reason, ...choice } = c.req.valid("json");
				const { target, detail } = traceOf(choice);
				const discarded = await c.get("tenant").deadLetters.discard(choiceOf(choice), reason);
				await audit(c, "dead-letter.discard", target, { ...detail, reason, discarded });
				return c.json({ discarded }, 200);
			},
		);
}

interface Choice {
	readonly ids?: readonly string[] | undefined;
	readonly flow?: string | undefined;
	readonly node?: string | undefined;
	readonly code?: string | undefined;
	readonly replay?: number | undefined;
}

function choiceOf({ ids, flow, node, code, replay }: Choice): LetterChoice {
	return ids === undefined ? { flow, node, code, replay } : { ids };
}

/** What the audit keeps of a choice: the one record, or the flow with what narrows it. */
function traceOf({ ids, flow, node, code, replay }: Choice): {
	readonly target: string;
	readonly detail: Readonly<Record<string, unknown>>;
} {
	if (ids === undefined) return { target: flow ?? "", detail: { node, code, replay } };
	return ids.length === 1 ? { target: ids[0] ?? "", detail: {} } : { target: `${ids.length} records`, detail: { ids } };
}

/** What people call the nodes, by flow and node id. */
async function labelsOf(tenant: TenantStore, flows: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
	const labels = new Map<string, string>();
	for (const flow of flows) {
		const { draft } = await tenant.flows.get(flow);
		for (const node of draft.flow.nodes) if (node.label.trim() !== "") labels.set(`${flow} ${node.id}`, node.label);
	}
	return labels;
}

function toDeadLetter(letter: StoredDeadLetter): DeadLetter {
	return {
		id: letter.id,
		flowId: letter.flow,
		jobId: letter.job,
		version: letter.version,
		replay: letter.replay,
		node: letter.node,
		code: letter.code,
		reason: letter.reason,
		position: letter.position,
		sizeBytes: letter.sizeBytes,
		state: letter.state,
		note: letter.note,
		preview: new TextDecoder().decode(letter.raw.subarray(0, PREVIEW_CHARACTERS * 2)).slice(0, PREVIEW_CHARACTERS),
		at: letter.atMs,
	};
}

/** The bytes as text; undefined where they are none. */
function utf8(bytes: Uint8Array): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		return undefined; // Broken bytes are often why it is here: the page shows them as hexadecimal.
	}
}
