import type { StoredConnection } from "@weir/db";
import * as z from "zod";
import { audit } from "../audit.ts";
import {
	type Connection,
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
	return newApi()
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
				const { secret, ...wanted } = c.req.valid("json");
				const made = await c.get("tenant").connections.create({ ...wanted, secret, by: c.get("member").userId });
				await audit(c, "connection.create", made.id, { type: made.type, name: made.name });
				return c.json(toConnection(made), 201);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/connections/{id}/test", {
				summary: "Try a connection step by step",
				request: { params: idParams },
				responses: { 200: json(connectionTestSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { connections } = c.get("tenant");
				const tested = await services.testConnection(await connections.open(id));
				const message = tested.steps.find((step) => !step.ok)?.message ?? "Everything works.";
				await connections.noteCheck(id, { ok: tested.ok, message });
				await audit(c, "connection.test", id, { ok: tested.ok });
				return c.json(tested, 200);
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

function toConnection(connection: StoredConnection): Connection {
	const { config, check } = connection;
	return {
		id: connection.id,
		type: connection.type,
		name: connection.name,
		target: `${String(config.host ?? "")}:${String(config.port ?? "")}/${String(config.database ?? "")}`,
		managed: connection.managed,
		state: check?.state ?? "unknown",
		message: check?.message,
		checkedAt: check?.atMs,
		usedBy: connection.usedBy.map((flow) => ({ ...flow })),
		createdAt: connection.createdAtMs,
	};
}
