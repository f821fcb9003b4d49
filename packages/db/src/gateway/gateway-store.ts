import type { Durability } from "@weir/jobs";
import { endpointSettingsSchema, type StoredEndpointSettings } from "../endpoint-settings.ts";
import { openOperatorPool, queryRows } from "../operator/pool.ts";

/** An endpoint as the doors need it. */
export interface DoorEndpoint {
	readonly tenant: string;
	readonly id: string;
	readonly key: string;
	readonly flow: string;
	readonly node: string;
	readonly protocol: "http" | "mqtt";
	readonly settings: StoredEndpointSettings;
	readonly partitions: number;
	/** Of its stream: how often that was given more partitions, and one. */
	readonly generation: number;
	/** How sure its records are to be; undefined: as the log usually makes them. */
	readonly durability: Durability | undefined;
}

export interface DoorCredential {
	readonly id: string;
	/** `hmacOfToken`, hexadecimal. */
	readonly hmac: string;
	readonly keyId: string;
	readonly notBeforeMs: number;
	readonly expiresAtMs: number | undefined;
	readonly isRevoked: boolean;
}

export interface DoorDevice {
	readonly tenant: string;
	readonly device: string;
	readonly credentials: readonly DoorCredential[];
}

/** What the gateway looks up. One indexed statement each; the caller caches for at most 5 s. */
export interface GatewayStore {
	endpointByKey(key: string): Promise<DoorEndpoint | undefined>;
	endpointsOfTenant(tenant: string, protocol: "http" | "mqtt"): Promise<readonly DoorEndpoint[]>;
	/** Undefined: there is no such device, or its tenant was deleted. */
	credentialsOfDevice(device: string): Promise<DoorDevice | undefined>;
	/** Devices of which a credential was revoked within the last seconds, or whose tenant was deleted: one cheap question instead of one per live session. */
	recentlyRevoked(withinMs: number): Promise<readonly string[]>;
	/** Notes when devices were last heard of; call it every few seconds with what gathered. */
	noteSeen(
		seen: readonly { readonly tenant: string; readonly device: string; readonly endpoint: string; readonly atMs: number }[],
	): Promise<void>;
	ping(): Promise<void>;
	close(): Promise<void>;
}

const ENDPOINT = `tenant_id as tenant, id, key, flow_id as flow, node_id as node, protocol, settings, partitions, cardinality(earlier_partitions) + 1 as generation, durability`;

export function openGateway(options: { readonly appUrl: string; readonly connections?: number }): GatewayStore {
	const pool = openOperatorPool(options.appUrl, options.connections ?? 4);
	return {
		async endpointByKey(key) {
			const [row] = await queryRows<DoorEndpoint>(pool, `select ${ENDPOINT} from endpoint where key = $1`, [key]);
			return row === undefined ? undefined : parsed(row);
		},
		async endpointsOfTenant(tenant, protocol) {
			const text = `select ${ENDPOINT} from endpoint where tenant_id = $1 and protocol = $2 order by id`;
			return (await queryRows<DoorEndpoint>(pool, text, [tenant, protocol])).map(parsed);
		},
		async credentialsOfDevice(device) {
			const rows = await queryRows<CredentialRow>(pool, CREDENTIALS, [device]);
			const [first] = rows;
			if (first === undefined) return undefined;
			const credentials = rows.flatMap(({ id, hmac, keyId, notBeforeMs, expiresAtMs, isRevoked }) =>
				id === null ? [] : [{ id, hmac, keyId, notBeforeMs, expiresAtMs: expiresAtMs ?? undefined, isRevoked }],
			);
			return { tenant: first.tenant, device: first.device, credentials };
		},
		async recentlyRevoked(withinMs) {
			const text = `select device_id as device from device_credential where revoked_at > now() - $1 * interval '1 millisecond'
				union select d.id from device d join tenant t on t.id = d.tenant_id where t.deleted_at > now() - $1 * interval '1 millisecond'`;
			return (await queryRows<{ readonly device: string }>(pool, text, [withinMs])).map(({ device }) => device);
		},
		async noteSeen(seen) {
			if (seen.length === 0) return;
			await queryRows(
				pool,
				`update device d set last_seen_at = greatest(d.last_seen_at, to_timestamp(s.at / 1000.0)), last_endpoint = s.endpoint
				from unnest($1::uuid[], $2::text[], $3::uuid[], $4::float8[]) as s(tenant, device, endpoint, at)
				where d.id = s.device and d.tenant_id = s.tenant`,
				[seen.map((s) => s.tenant), seen.map((s) => s.device), seen.map((s) => s.endpoint), seen.map((s) => s.atMs)],
			);
		},
		async ping() {
			await queryRows(pool, "select 1");
		},
		close: () => pool.end(),
	};
}

interface CredentialRow {
	readonly tenant: string;
	readonly device: string;
	/** Null where the device has no credential. */
	readonly id: string | null;
	readonly hmac: string;
	readonly keyId: string;
	readonly notBeforeMs: number;
	readonly expiresAtMs: number | null;
	readonly isRevoked: boolean;
}

function parsed(row: DoorEndpoint): DoorEndpoint {
	return { ...row, settings: endpointSettingsSchema.parse(row.settings), durability: row.durability ?? undefined };
}

const CREDENTIALS = `select d.tenant_id as tenant, d.id as device, c.id, c.hmac, c.key_id as "keyId",
	extract(epoch from c.not_before)::float8 * 1000 as "notBeforeMs", extract(epoch from c.expires_at)::float8 * 1000 as "expiresAtMs",
	c.revoked_at is not null as "isRevoked"
	from device d join tenant t on t.id = d.tenant_id and t.deleted_at is null
		left join device_credential c on c.tenant_id = d.tenant_id and c.device_id = d.id
	where d.id = $1`;
