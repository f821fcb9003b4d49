import { grow } from "../../flows/grow.ts";
import { changeStorage, storageOf } from "../../flows/storage.ts";
import { audit } from "../audit.ts";
import { endpointParams, storageChangeSchema, storageSchema } from "../contract/index.ts";
import { body, guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";

/** Channel of control Redis on which a job that wants attention is named. */
const JOBS_CHANNEL = "jobs";

export function storageRoutes(services: ApiServices) {
	const { log, keepMs, logger, catalogue, bus } = services;
	const later = (afterMs: number, act: () => Promise<unknown>) => {
		const failed = (error: unknown) => logger.warn("A stream stays surer than was chosen; save its storage again.", { failed: error });
		setTimeout(() => void act().catch(failed), afterMs).unref();
	};

	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/endpoints/{eid}/storage", {
				summary: "How the stream of an endpoint is kept, what else could be chosen, and what it holds",
				request: { params: endpointParams },
				responses: { 200: json(storageSchema) },
			}),
			async (c) => {
				const { id, eid } = c.req.valid("param");
				const tenant = c.get("tenant");
				const endpoint = await tenant.endpoints.get(id, eid);
				return c.json(await storageOf(endpoint, { log, tenant: tenant.id, keepMs, nowMs: services.now() }), 200);
			},
		)
		.openapi(
			guarded(services, "PATCH /t/{t}/flows/{id}/endpoints/{eid}/storage", {
				summary: "Keep the stream of an endpoint otherwise; refused with the reason where that is not safe",
				request: { params: endpointParams, body: body(storageChangeSchema) },
				responses: { 200: json(storageSchema) },
			}),
			async (c) => {
				const { id, eid } = c.req.valid("param");
				const tenant = c.get("tenant");
				const { partitions, ...change } = c.req.valid("json");
				const before = await tenant.endpoints.get(id, eid);
				if (partitions !== undefined && partitions !== before.partitions) {
					const context = { tenant, log, catalogue, flow: id, endpoint: before, byName: c.get("member").name };
					const job = await grow({ ...context, promise: await log.promise() }, partitions);
					if (job !== undefined) await bus.announce(JOBS_CHANNEL, job);
				}
				await changeStorage({ log, endpoints: tenant.endpoints, tenant: tenant.id, flow: id, id: eid, later }, change);
				const after = await tenant.endpoints.get(id, eid);
				const told = ({ storage, partitions: count }: typeof after) => ({ ...storage, partitions: count });
				await audit(c, "endpoint.storage", eid, { before: told(before), after: told(after) });
				return c.json(await storageOf(after, { log, tenant: tenant.id, keepMs, nowMs: services.now() }), 200);
			},
		);
}
