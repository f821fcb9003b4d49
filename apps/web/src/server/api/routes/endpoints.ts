import type { IssuedToken, StoredEndpoint, TenantStore } from "@weir/db";
import { isWeirError, WeirError } from "@weir/errors";
import { inferSchema } from "@weir/formats";
import { matchesTopicFilter } from "@weir/records";
import * as z from "zod";
import { connected, exampleRecord, toEndpoint } from "../../flows/connect.ts";
import { lastRecords, received } from "../../flows/received.ts";
import { audit } from "../audit.ts";
import {
	connectedSchema,
	connectSchema,
	doneSchema,
	endpointParams,
	endpointSchema,
	idParams,
	sampleSchema,
	simulationSchema,
	simulationStateSchema,
	tenantParams,
	topicMatchesSchema,
	topicQuery,
} from "../contract/index.ts";
import { body, guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";
import { tokensChanged } from "../tokens-changed.ts";

const SAMPLE_RECORDS = 50;
const SAMPLE_TEXT = 4_000;

export function endpointRoutes(services: ApiServices) {
	const { log, gateway, catalogue } = services;

	async function shown(tenant: TenantStore, endpoints: readonly StoredEndpoint[]) {
		const promise = await log.promise().catch(() => undefined);
		return Promise.all(
			endpoints.map(async (endpoint) => {
				// Unknown is not 0: while the log is away the page says so.
				const seen = await received(log, tenant.id, endpoint).catch(() => ({}));
				return toEndpoint(endpoint, gateway, seen, promise);
			}),
		);
	}

	async function deviceFor(tenant: TenantStore, endpoint: StoredEndpoint, deviceId: string | undefined, name: string, by: string) {
		if (deviceId === undefined) return newDevice(tenant, name === "" ? `${endpoint.nodeLabel} device` : name, by);
		return tenant.devices.issue(deviceId, by);
	}

	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/endpoints", {
				summary: "All addresses devices post to",
				request: { params: tenantParams },
				responses: { 200: json(z.array(endpointSchema)) },
			}),
			async (c) => {
				const tenant = c.get("tenant");
				return c.json(await shown(tenant, await tenant.endpoints.all()), 200);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/topics", {
				summary: "How many MQTT topics of the last day a filter takes",
				request: { params: tenantParams, query: topicQuery },
				responses: { 200: json(topicMatchesSchema) },
			}),
			async (c) => {
				const { filter } = c.req.valid("query");
				const seen = await services.bus.topicsSeen(c.get("tenant").id, services.now()).catch((error: unknown) => {
					throw new WeirError("LOG_UNAVAILABLE", "Control Redis does not answer, so nobody knows which topics there are. Try again.", {
						cause: error,
					});
				});
				return c.json({ topics: seen.filter((topic) => matchesTopicFilter(topic, filter)).length, seen: seen.length }, 200);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/endpoints", {
				summary: "The addresses of a flow",
				request: { params: idParams },
				responses: { 200: json(z.array(endpointSchema)) },
			}),
			async (c) => {
				const tenant = c.get("tenant");
				return c.json(await shown(tenant, await tenant.endpoints.ofFlow(c.req.valid("param").id)), 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/flows/{id}/endpoints/{eid}/connect", {
				summary: "A token and commands to post with",
				request: { params: endpointParams, body: body(connectSchema) },
				responses: { 200: json(connectedSchema) },
			}),
			async (c) => {
				const { id, eid } = c.req.valid("param");
				const { deviceId, name } = c.req.valid("json");
				const tenant = c.get("tenant");
				const endpoint = await tenant.endpoints.get(id, eid);
				const issued = await deviceFor(tenant, endpoint, deviceId, name ?? "", c.get("member").userId);
				await audit(c, "device.connect", issued.device.id, { endpoint: eid, credential: issued.credential.id });
				await tokensChanged(services.bus, issued.device.id);
				const { draft } = await tenant.flows.get(id);
				return c.json(connected(endpoint, issued, gateway, exampleRecord(draft.flow, endpoint.node, catalogue, services.now())), 200);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/endpoints/{eid}/sample", {
				summary: "The last records and the fields found in them",
				request: { params: endpointParams },
				responses: { 200: json(sampleSchema) },
			}),
			async (c) => {
				const { id, eid } = c.req.valid("param");
				const tenant = c.get("tenant");
				const endpoint = await tenant.endpoints.get(id, eid);
				const records = await lastRecords(log, tenant.id, endpoint, SAMPLE_RECORDS);
				const { fields } = inferSchema(
					records.map((record) => record.payload),
					endpoint.settings.format,
				);
				await audit(c, "data.sample", eid);
				const decoder = new TextDecoder();
				return c.json(
					{
						fields: fields.map((field) => ({ ...field })),
						records: records.map(({ payload, key, atMs }) => ({
							text: decoder.decode(payload).slice(0, SAMPLE_TEXT),
							at: atMs,
							device: key,
						})),
					},
					200,
				);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/flows/{id}/simulation", {
				summary: "Let simulated devices post to this flow",
				request: { params: idParams, body: body(simulationSchema) },
				responses: { 200: json(simulationStateSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { perSecond, devices, minutes } = c.req.valid("json");
				const tenant = c.get("tenant");
				const by = c.get("member").userId;
				if ((await tenant.endpoints.ofFlow(id)).length === 0) {
					throw new WeirError("FLOW_INVALID", "The flow has no source that devices can post to. Add one first.");
				}
				const issued = await simulatorOf(tenant, id, by);
				const started = await tenant.simulations.start(id, {
					device: issued.device.id,
					token: issued.token,
					settings: { perSecond, devices },
					endsAtMs: services.now() + minutes * 60_000,
					by,
				});
				await audit(c, "simulation.start", id, { perSecond, devices, minutes });
				await tokensChanged(services.bus, issued.device.id);
				return c.json({ startedAt: started.startedAtMs, endsAt: started.endsAtMs }, 200);
			},
		)
		.openapi(
			guarded(services, "DELETE /t/{t}/flows/{id}/simulation", {
				summary: "Stop the simulated devices",
				request: { params: idParams },
				responses: { 200: json(doneSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const tenant = c.get("tenant");
				const device = await tenant.simulations.stop(id);
				if (device !== undefined) {
					await revokeAll(tenant, device);
					await tokensChanged(services.bus, device);
				}
				await audit(c, "simulation.stop", id);
				return c.json({ ok: true as const }, 200);
			},
		);
}

// "Pump house device", then "Pump house device 2", …: the name is for people, a clash is nobody's fault.
async function newDevice(tenant: TenantStore, name: string, by: string): Promise<IssuedToken> {
	const taken = new Set((await tenant.devices.all()).map((device) => device.name));
	for (let n = 1; ; n++) {
		const candidate = n === 1 ? name : `${name} ${n}`;
		if (taken.has(candidate)) continue;
		try {
			return await tenant.devices.create(candidate, by);
		} catch (error) {
			if (!isWeirError(error) || error.code !== "NAME_TAKEN") throw error;
		}
	}
}

// One simulator device a flow; each start has a fresh token and ends the one before.
async function simulatorOf(tenant: TenantStore, flow: string, by: string): Promise<IssuedToken> {
	const name = `Simulator of ${(await tenant.flows.name(flow)).slice(0, 50)} (${flow.slice(0, 8)})`;
	const known = (await tenant.devices.all()).find((device) => device.name === name);
	if (known === undefined) return tenant.devices.create(name, by);
	await revokeAll(tenant, known.id);
	return tenant.devices.issue(known.id, by);
}

async function revokeAll(tenant: TenantStore, device: string): Promise<void> {
	const { credentials } = await tenant.devices.get(device);
	for (const credential of credentials) if (credential.revokedAtMs === undefined) await tenant.devices.revoke(device, credential.id);
}
