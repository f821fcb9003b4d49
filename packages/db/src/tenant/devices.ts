import { WeirError } from "@weir/errors";
import { hmacOfToken, newDeviceId, newDeviceToken, pepperId } from "../devices/token.ts";
import { type InTenant, isTaken, type ScopedClient } from "./client.ts";

export interface StoredCredential {
	readonly id: string;
	readonly hint: string;
	readonly createdAtMs: number;
	readonly notBeforeMs: number;
	readonly expiresAtMs: number | undefined;
	readonly revokedAtMs: number | undefined;
}

export interface StoredDevice {
	readonly id: string;
	readonly name: string;
	readonly createdAtMs: number;
	readonly lastSeenAtMs: number | undefined;
	readonly lastEndpoint: string | undefined;
	/** Newest first. */
	readonly credentials: readonly StoredCredential[];
}

export interface IssuedToken {
	readonly device: StoredDevice;
	readonly credential: StoredCredential;
	/** Kept nowhere: show it now or never. */
	readonly token: string;
}

export interface Devices {
	all(): Promise<readonly StoredDevice[]>;
	get(id: string): Promise<StoredDevice>;
	/** NAME_TAKEN when the tenant has one of this name. */
	create(name: string, by: string): Promise<IssuedToken>;
	/** A second credential beside the live one; CREDENTIAL_LIMIT when two are live. `overlapMs`: the older ones end after this. */
	issue(id: string, by: string, overlapMs?: number): Promise<IssuedToken>;
	/** From now on refused; the doors forget it within 5 s. */
	revoke(id: string, credential: string): Promise<void>;
}

/** The pepper keys the HMAC of tokens. */
export function openDevices(run: InTenant, pepper: string): Devices {
	return {
		all: () => run(async (tx) => (await tx.device.findMany(WITH_CREDENTIALS)).map(toDevice)),
		get: (id) => run((tx) => find(tx, id)),
		create: (name, by) =>
			run(async (tx) => {
				const { id } = await tx.device.create({ data: { id: newDeviceId(), name, createdBy: by, tenantId: "" } });
				return issue(tx, id, by, pepper);
			}).catch((error: unknown) => {
				if (isTaken(error)) throw new WeirError("NAME_TAKEN", `There is a device named "${name}" already. Choose another name.`);
				throw error;
			}),
		issue: (id, by, overlapMs) =>
			run(async (tx) => {
				await tx.$queryRaw`select id from device where id = ${id} for update`;
				const live = (await find(tx, id)).credentials.filter((credential) => isLive(credential, Date.now()));
				if (live.length >= 2) {
					throw new WeirError("CREDENTIAL_LIMIT", "The device has two live tokens already. Revoke one of them first.");
				}
				if (overlapMs !== undefined) {
					const expiresAt = new Date(Date.now() + overlapMs);
					await tx.deviceCredential.updateMany({ where: { id: { in: live.map((each) => each.id) } }, data: { expiresAt } });
				}
				return issue(tx, id, by, pepper);
			}),
		revoke: (id, credential) =>
			run(async (tx) => {
				const found = await tx.deviceCredential.updateMany({
					where: { id: credential, deviceId: id, revokedAt: null },
					data: { revokedAt: new Date() },
				});
				if (found.count > 0) return;
				const there = await tx.deviceCredential.count({ where: { id: credential, deviceId: id } });
				if (there === 0) throw new WeirError("ACCESS_NOT_FOUND", "There is no such token of this device.");
			}),
	};
}

/** Whether the doors accept it now. */
export function isLive(credential: StoredCredential, nowMs: number): boolean {
	if (credential.revokedAtMs !== undefined || credential.notBeforeMs > nowMs) return false;
	return credential.expiresAtMs === undefined || credential.expiresAtMs > nowMs;
}

const WITH_CREDENTIALS = {
	include: { credentials: { orderBy: { createdAt: "desc" as const } } },
	orderBy: { createdAt: "desc" as const },
};

async function find(tx: ScopedClient, id: string): Promise<StoredDevice> {
	const row = await tx.device.findUnique({ where: { id }, include: WITH_CREDENTIALS.include });
	if (!row) throw new WeirError("ACCESS_NOT_FOUND", "There is no such device.");
	return toDevice(row);
}

async function issue(tx: ScopedClient, device: string, by: string, pepper: string): Promise<IssuedToken> {
	const token = newDeviceToken(device);
	const row = await tx.deviceCredential.create({
		data: {
			deviceId: device,
			hmac: hmacOfToken(token, pepper),
			keyId: pepperId(pepper),
			hint: token.slice(-4),
			createdBy: by,
			tenantId: "",
		},
	});
	return { device: await find(tx, device), credential: toCredential(row), token };
}

interface CredentialRow {
	id: string;
	hint: string;
	createdAt: Date;
	notBefore: Date;
	expiresAt: Date | null;
	revokedAt: Date | null;
}

function toCredential(row: CredentialRow): StoredCredential {
	return {
		id: row.id,
		hint: row.hint,
		createdAtMs: row.createdAt.getTime(),
		notBeforeMs: row.notBefore.getTime(),
		expiresAtMs: row.expiresAt?.getTime(),
		revokedAtMs: row.revokedAt?.getTime(),
	};
}

interface DeviceRow {
	id: string;
	name: string;
	createdAt: Date;
	lastSeenAt: Date | null;
	lastEndpoint: string | null;
	credentials: CredentialRow[];
}

function toDevice(row: DeviceRow): StoredDevice {
	return {
		id: row.id,
		name: row.name,
		createdAtMs: row.createdAt.getTime(),
		lastSeenAtMs: row.lastSeenAt?.getTime(),
		lastEndpoint: row.lastEndpoint ?? undefined,
		credentials: row.credentials.map(toCredential),
	};
}
