import type { StoredFlow, TenantStore } from "@weir/db";
import { WeirError } from "@weir/errors";
import { EMPTY_FLOW } from "@weir/flow";
import { endpointStream } from "@weir/runtime";
import * as z from "zod";
import { summaryOf } from "../../flows/summary.ts";
import { wantedEndpoints } from "../../flows/wanted-endpoints.ts";
import { audit } from "../audit.ts";
import {
	doneSchema,
	draftConflictSchema,
	flowDetailSchema,
	flowSummarySchema,
	idParams,
	newFlowSchema,
	renameFlowSchema,
	saveDraftSchema,
	savedDraftSchema,
	templateSchema,
	tenantParams,
} from "../contract/index.ts";
import { body, guarded, json, newApi, refused } from "../guarded.ts";
import { PROBLEM_HEADERS, problemDetails } from "../refusal.ts";
import type { ApiServices } from "../services.ts";

const CONFLICT = "Somebody else saved this flow in between. Their draft comes with this answer.";

export function flowRoutes(services: ApiServices) {
	const { catalogue, log, templates } = services;

	async function summaries(tenant: TenantStore, flows: readonly StoredFlow[]) {
		const now = services.now();
		const [hours, dead, names] = await Promise.all([
			tenant.jobs.recordsByHour(now),
			tenant.deadLetters.countByFlow(now),
			services.db.accounts.namesOf(flows.flatMap((flow) => flow.deployedBy ?? [])),
		]);
		return Promise.all(
			flows.map(async (flow) => {
				const observed = await services.observer.job(tenant, flow.job);
				return summaryOf(flow, { observed, records24h: hours.get(flow.id), deadLetters24h: dead.get(flow.id), names });
			}),
		);
	}

	async function detail(tenant: TenantStore, id: string) {
		const flow = await tenant.flows.get(id);
		const [[summary], simulation] = await Promise.all([summaries(tenant, [flow]), tenant.simulations.get(id)]);
		if (summary === undefined) throw new WeirError("ACCESS_NOT_FOUND", "There is no such flow.");
		const { rev, layoutRev, flow: drawing, savedAtMs } = flow.draft;
		return {
			...summary,
			draft: { rev, layoutRev, flow: drawing, savedAt: savedAtMs },
			simulation: simulation && { startedAt: simulation.startedAtMs, endsAt: simulation.endsAtMs },
		};
	}

	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/flows", {
				summary: "All flows",
				request: { params: tenantParams },
				responses: { 200: json(z.array(flowSummarySchema)) },
			}),
			async (c) => {
				const tenant = c.get("tenant");
				return c.json(await summaries(tenant, await tenant.flows.all()), 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/flows", {
				summary: "Make a flow: empty, from a template, or a copy of a drawing",
				request: { params: tenantParams, body: body(newFlowSchema) },
				responses: { 201: json(flowDetailSchema) },
			}),
			async (c) => {
				const { name, template, flow } = c.req.valid("json");
				const tenant = c.get("tenant");
				const chosen = template === undefined ? undefined : templates.find(({ id }) => id === template);
				if (template !== undefined && chosen === undefined) throw new WeirError("ACCESS_NOT_FOUND", "There is no such template.");
				const content = flow ?? chosen?.flow ?? EMPTY_FLOW;
				const id = await tenant.flows.create({ name, template, content, by: c.get("member").userId });
				await tenant.drafts.ensureEndpoints(id, wantedEndpoints(content, catalogue));
				await audit(c, "flow.create", id, { name });
				return c.json(await detail(tenant, id), 201);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}", {
				summary: "A flow with its draft",
				request: { params: idParams },
				responses: { 200: json(flowDetailSchema) },
			}),
			async (c) => c.json(await detail(c.get("tenant"), c.req.valid("param").id), 200),
		)
		.openapi(
			guarded(services, "PATCH /t/{t}/flows/{id}", {
				summary: "Rename a flow",
				request: { params: idParams, body: body(renameFlowSchema) },
				responses: { 200: json(flowDetailSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { name } = c.req.valid("json");
				await c.get("tenant").flows.rename(id, name);
				await audit(c, "flow.rename", id, { name });
				return c.json(await detail(c.get("tenant"), id), 200);
			},
		)
		.openapi(
			guarded(services, "DELETE /t/{t}/flows/{id}", {
				summary: "Delete a flow that does not run",
				request: { params: idParams },
				responses: { 200: json(doneSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const tenant = c.get("tenant");
				const endpoints = await tenant.endpoints.ofFlow(id);
				await tenant.flows.remove(id);
				// Nobody can read them any more. A log that is away keeps them, which costs room and nothing else.
				for (const { id: endpoint, generations } of endpoints) {
					for (const [i, partitions] of generations.entries())
						await log.drop(endpointStream(tenant.id, endpoint, i + 1), partitions).catch(() => undefined);
				}
				await audit(c, "flow.delete", id);
				return c.json({ ok: true as const }, 200);
			},
		)
		.openapi(
			guarded(services, "PUT /t/{t}/flows/{id}/draft", {
				summary: "Save the drawing",
				request: { params: idParams, body: body(saveDraftSchema) },
				responses: { 200: json(savedDraftSchema), 409: refused(draftConflictSchema, CONFLICT) },
			}),
			async (c) => {
				const { baseRev, baseLayoutRev, flow } = c.req.valid("json");
				const by = c.get("member").userId;
				const endpoints = wantedEndpoints(flow, catalogue);
				const { kind, draft } = await c.get("tenant").drafts.save(c.req.valid("param").id, { baseRev, baseLayoutRev, flow, endpoints, by });
				const { rev, layoutRev, savedAtMs } = draft;
				if (kind === "saved") return c.json({ rev, layoutRev, savedAt: savedAtMs }, 200);
				const error = { code: "FLOW_VERSION_STALE", message: CONFLICT, requestId: c.get("requestId") };
				return c.json({ rev, layoutRev, flow: draft.flow, savedAt: savedAtMs, ...problemDetails(409, error) }, 409, PROBLEM_HEADERS);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/templates", {
				summary: "Drawings to start from",
				request: { params: tenantParams },
				responses: { 200: json(z.array(templateSchema)) },
			}),
			(c) => c.json([...templates], 200),
		);
}
