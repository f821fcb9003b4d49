import { connectionKinds } from "@weir/connections/kinds";
import type { StoredConnection } from "@weir/db";
import { WeirError } from "@weir/errors";
import type { Context } from "hono";
import * as z from "zod";
import { describeKind } from "../../connections/form.ts";
import { checkTyped } from "../../connections/typed.ts";
import { SSE_HEADERS } from "../../live/sse.ts";
import type { ApiEnv } from "../api-env.ts";
import { audit } from "../audit.ts";
import {
	browseEntrySchema,
	browseQuery,
	type Connection,
	type ConnectionDetail,
	type ConnectionStep,
	type ConnectionTest,
	connectionChangeSchema,
	connectionDetailSchema,
	connectionKindSchema,
	connectionSchema,
	connectionTestSchema,
	doneSchema,
	idParams,
	newConnectionSchema,
	tenantParams,
} from "../contract/index.ts";
import { body, guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";

export function connectionRoutes(services: ApiServices) {
	/** The managed connection is a Postgres, and nodes that need one write to it unless they name another. */
	const kindsOfManaged = [...services.catalogue.values()].flatMap(({ kind, connection }) => (connection === "postgres" ? [kind] : []));
	const kinds = [...connectionKinds.values()].map(describeKind);

	async function find(c: Context<ApiEnv>, id: string): Promise<StoredConnection> {
		const all = await c.get("tenant").connections.all(kindsOfManaged);
		return all.find((connection) => connection.id === id) ?? notFound();
	}

	async function test(c: Context<ApiEnv>, id: string, onStep?: (step: ConnectionStep) => void): Promise<ConnectionTest> {
		const { connections } = c.get("tenant");
		const startedAt = services.now();
		const tested = await services.connections.test(await connections.open(id), onStep);
		const message = tested.steps.find((step) => !step.ok)?.message ?? "Everything works.";
		const ends = tested.steps.flatMap(({ certificate }) => (certificate === undefined ? [] : [certificate.expiresAt]));
		await connections.noteCheck(id, {
			ok: tested.ok,
			message,
			tookMs: services.now() - startedAt,
			...(ends.length === 0 ? {} : { certificateExpiresAtMs: Math.min(...ends) }),
		});
		await audit(c, "connection.test", id, { ok: tested.ok });
		return tested;
	}

	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/connection-kinds", {
				summary: "Kinds of outside systems, with the fields of their forms",
				request: { params: tenantParams },
				responses: { 200: json(z.array(connectionKindSchema)) },
			}),
			(c) => c.json(kinds, 200),
		)
		.openapi(
			guarded(services, "GET /t/{t}/connections", {
				summary: "Ways to outside systems; secrets are never in an answer",
				request: { params: tenantParams },
				responses: { 200: json(z.array(connectionSchema)) },
			}),
			async (c) => c.json((await c.get("tenant").connections.all(kindsOfManaged)).map(toConnection), 200),
		)
		.openapi(
			guarded(services, "POST /t/{t}/connections", {
				summary: "Make a connection",
				request: { params: tenantParams, body: body(newConnectionSchema) },
				responses: { 201: json(connectionSchema) },
			}),
			async (c) => {
				const { type, name, config, secrets } = c.req.valid("json");
				const typed = checkTyped(type, config, secrets, {});
				const made = await c.get("tenant").connections.create({
					type,
					name,
					config: typed.config,
					secrets: Object.fromEntries(Object.entries(typed.secrets).flatMap(([field, value]) => (value === null ? [] : [[field, value]]))),
					by: c.get("member").userId,
				});
				await audit(c, "connection.create", made.id, { type, name, secrets: Object.keys(typed.secrets) });
				return c.json(toConnection(made), 201);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/connections/{id}", {
				summary: "One connection with its settings, and which secrets are set",
				request: { params: idParams },
				responses: { 200: json(connectionDetailSchema) },
			}),
			async (c) => c.json(toDetail(await find(c, c.req.valid("param").id)), 200),
		)
		.openapi(
			guarded(services, "PATCH /t/{t}/connections/{id}", {
				summary: "Change a connection, or replace its secrets; what is not named stays",
				request: { params: idParams, body: body(connectionChangeSchema) },
				responses: { 200: json(connectionDetailSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { name, config, secrets = {} } = c.req.valid("json");
				const { connections } = c.get("tenant");
				const before = await connections.open(id);
				const typed = checkTyped(before.type, config ?? before.config, secrets, before.secrets);
				const changed = await connections.change(id, {
					name,
					...(config === undefined ? {} : { config: typed.config }),
					secrets: typed.secrets,
				});
				await audit(c, "connection.change", id, {
					name: changed.name,
					...(config === undefined ? {} : { before: before.config, after: typed.config }),
					secrets: Object.keys(typed.secrets),
				});
				return c.json(toDetail(changed), 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/connections/{id}/test", {
				summary: "Try a connection step by step",
				request: { params: idParams },
				responses: { 200: json(connectionTestSchema, "The steps, up to the first that failed.") },
			}),
			async (c) => c.json(await test(c, c.req.valid("param").id), 200),
		)
		.openapi(
			guarded(services, "POST /t/{t}/connections/{id}/test/live", {
				summary: "Try a connection and be told each step as it ends",
				request: { params: idParams },
				responses: {
					200: {
						description: "Server-sent events: `step` for each step, then `result` with all of them.",
						content: { "text/event-stream": { schema: z.string() } },
					},
				},
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				// One that is not there is refused before the stream begins.
				await c.get("tenant").connections.open(id);
				return c.body(
					eventsOf((say) => test(c, id, say)),
					200,
					SSE_HEADERS,
				);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/connections/{id}/browse", {
				summary: "What stands below a path in the outside system: schemas and tables, topics, buckets",
				request: { params: idParams, query: browseQuery },
				responses: { 200: json(z.array(browseEntrySchema)) },
			}),
			async (c) => {
				const opened = await c.get("tenant").connections.open(c.req.valid("param").id);
				return c.json(await services.connections.browse(opened, c.req.valid("query").path), 200);
			},
		)
		.openapi(
			guarded(services, "DELETE /t/{t}/connections/{id}", {
				summary: "Delete a connection that nothing uses",
				request: { params: idParams },
				responses: { 200: json(doneSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				await c.get("tenant").connections.remove(id);
				await audit(c, "connection.delete", id);
				return c.json({ ok: true as const }, 200);
			},
		);
}

/** Each step as an event, then the whole; a failure of our own ends the stream early. */
function eventsOf(test: (say: (step: ConnectionStep) => void) => Promise<ConnectionTest>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream({
		async start(controller) {
			const say = (event: string, data: unknown) =>
				controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
			try {
				say("result", await test((step) => say("step", step)));
				controller.close();
			} catch (error) {
				controller.error(error);
			}
		},
	});
}

function toConnection(connection: StoredConnection): Connection {
	const { config, check } = connection;
	return {
		id: connection.id,
		type: connection.type,
		name: connection.name,
		target: connectionKinds.get(connection.type)?.definition.target(config) ?? "",
		managed: connection.managed,
		state: check?.state ?? "unknown",
		message: check?.message,
		checkedAt: check?.atMs,
		checkMs: check?.tookMs,
		certificateExpiresAt: check?.certificateExpiresAtMs,
		usedBy: connection.usedBy.map((flow) => ({ ...flow })),
		createdAt: connection.createdAtMs,
	};
}

function toDetail(connection: StoredConnection): ConnectionDetail {
	const secrets = Object.entries(connection.secrets).map(([field, { version, changedAtMs }]) => [
		field,
		{ version, changedAt: changedAtMs },
	]);
	return { ...toConnection(connection), config: { ...connection.config }, secrets: Object.fromEntries(secrets) };
}

function notFound(): never {
	throw new WeirError("ACCESS_NOT_FOUND", "There is no such connection.");
}
