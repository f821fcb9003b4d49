import { isLive, type StoredCredential, type StoredDevice } from "@weir/db";
import * as z from "zod";
import { audit } from "../audit.ts";
import {
	type Credential,
	credentialParams,
	type Device,
	deviceDetailSchema,
	deviceSchema,
	doneSchema,
	idParams,
	issuedCredentialSchema,
	newCredentialSchema,
	newDeviceSchema,
	tenantParams,
} from "../contract/index.ts";
import { body, guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";
import { tokensChanged } from "../tokens-changed.ts";

const HOUR_MS = 3_600_000;

export function deviceRoutes(services: ApiServices) {
	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/devices", {
				summary: "All devices",
				request: { params: tenantParams },
				responses: { 200: json(z.array(deviceSchema)) },
			}),
			async (c) => {
				const devices = await c.get("tenant").devices.all();
				return c.json(
					devices.map((device) => toDevice(device, services.now())),
					200,
				);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/devices", {
				summary: "Make a device; its token is in this answer and never again",
				request: { params: tenantParams, body: body(newDeviceSchema) },
				responses: { 201: json(issuedCredentialSchema) },
			}),
			async (c) => {
				const { name } = c.req.valid("json");
				const issued = await c.get("tenant").devices.create(name, c.get("member").userId);
				await audit(c, "device.create", issued.device.id, { name });
				return c.json(toIssued(issued, services.now()), 201);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/devices/{id}", {
				summary: "A device and its tokens",
				request: { params: idParams },
				responses: { 200: json(deviceDetailSchema) },
			}),
			async (c) => {
				const device = await c.get("tenant").devices.get(c.req.valid("param").id);
				const now = services.now();
				return c.json({ ...toDevice(device, now), credentials: device.credentials.map((each) => toCredential(each, now)) }, 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/devices/{id}/credentials", {
				summary: "A second token; it is in this answer and never again",
				request: { params: idParams, body: body(newCredentialSchema) },
				responses: { 201: json(issuedCredentialSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { overlapHours } = c.req.valid("json");
				const overlapMs = overlapHours === undefined ? undefined : overlapHours * HOUR_MS;
				const issued = await c.get("tenant").devices.issue(id, c.get("member").userId, overlapMs);
				await audit(c, "device.rotate", id, { credential: issued.credential.id, overlapHours });
				await tokensChanged(services.bus, id);
				return c.json(toIssued(issued, services.now()), 201);
			},
		)
		.openapi(
			guarded(services, "DELETE /t/{t}/devices/{id}/credentials/{cid}", {
				summary: "Revoke a token; the doors refuse it within five seconds",
				request: { params: credentialParams },
				responses: { 200: json(doneSchema) },
			}),
			async (c) => {
				const { id, cid } = c.req.valid("param");
				await c.get("tenant").devices.revoke(id, cid);
				await tokensChanged(services.bus, id);
				await audit(c, "device.revoke", id, { credential: cid });
				return c.json({ ok: true as const }, 200);
			},
		);
}

function toDevice(device: StoredDevice, now: number): Device {
	const live = device.credentials.filter((credential) => isLive(credential, now));
	return {
		id: device.id,
		name: device.name,
		createdAt: device.createdAtMs,
		lastSeenAt: device.lastSeenAtMs,
		lastEndpointId: device.lastEndpoint,
		liveCredentials: live.length,
		credentialCreatedAt: live[0]?.createdAtMs,
	};
}

function toCredential(credential: StoredCredential, now: number): Credential {
	return {
		id: credential.id,
		hint: credential.hint,
		createdAt: credential.createdAtMs,
		notBefore: credential.notBeforeMs,
		expiresAt: credential.expiresAtMs,
		revokedAt: credential.revokedAtMs,
		state: stateOf(credential, now),
	};
}

function stateOf(credential: StoredCredential, now: number): Credential["state"] {
	if (credential.revokedAtMs !== undefined) return "revoked";
	if (isLive(credential, now)) return "live";
	return credential.notBeforeMs > now ? "waiting" : "expired";
}

interface Issued {
	readonly device: StoredDevice;
	readonly credential: StoredCredential;
	readonly token: string;
}

function toIssued({ device, credential, token }: Issued, now: number) {
	return { device: toDevice(device, now), credential: toCredential(credential, now), token };
}
