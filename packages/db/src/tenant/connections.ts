import { randomUUID } from "node:crypto";
import { type Secret, WeirError } from "@weir/errors";
import { withResultsPlace } from "../accounts/managed-results.ts";
import { openSecrets, replaceSecrets, type SealedSecrets } from "../secrets/sealed-secrets.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { type InTenant, isTaken, type ScopedClient } from "./client.ts";
import { toJson } from "./flows.ts";

export interface StoredConnection {
	readonly id: string;
	readonly type: string;
	readonly name: string;
	/** Without the secrets. */
	readonly config: Readonly<Record<string, unknown>>;
	/** Which secrets are set, by field; never what they are. */
	readonly secrets: Readonly<Record<string, { readonly version: number; readonly changedAtMs: number | undefined }>>;
	readonly managed: boolean;
	readonly check: StoredCheck | undefined;
	readonly usedBy: readonly { readonly id: string; readonly name: string }[];
	readonly createdAtMs: number;
}

interface StoredCheck {
	readonly state: "ok" | "failing";
	readonly message: string;
	readonly atMs: number;
	readonly tookMs: number | undefined;
	/** End of the certificate that the other side showed. */
	readonly certificateExpiresAtMs: number | undefined;
}

/** How a check ended. */
export interface NewCheck {
	readonly ok: boolean;
	readonly message: string;
	readonly tookMs: number;
	readonly certificateExpiresAtMs?: number | undefined;
}

export interface NewConnection {
	readonly type: string;
	readonly name: string;
	readonly config: Readonly<Record<string, unknown>>;
	/** Plain, by field; they are sealed before they are stored. */
	readonly secrets: Readonly<Record<string, string>>;
	readonly by: string;
}

/** What is not named stays; a secret of null is taken away. */
export interface ConnectionChange {
	readonly name?: string | undefined;
	readonly config?: Readonly<Record<string, unknown>> | undefined;
	readonly secrets?: Readonly<Record<string, string | null>> | undefined;
}

/** `managed`: kept by Weir itself, so it may lead into our own network. */
export interface OpenedConnection {
	readonly type: string;
	readonly config: Readonly<Record<string, unknown>>;
	readonly secrets: Readonly<Record<string, Secret>>;
	readonly managed: boolean;
}

export interface Connections {
	/** `kindsOfManaged`: nodes of these kinds write to the managed connection when they name none. */
	all(kindsOfManaged?: readonly string[]): Promise<readonly StoredConnection[]>;
	/** NAME_TAKEN when the tenant has one of this name. */
	create(connection: NewConnection): Promise<StoredConnection>;
	/** CONNECTION_IN_USE for the managed one, NAME_TAKEN as for `create`. What the last check found is forgotten. */
	change(id: string, change: ConnectionChange): Promise<StoredConnection>;
	/** With its secrets, to test it here and now. Never hand it on. */
	open(id: string): Promise<OpenedConnection>;
	noteCheck(id: string, check: NewCheck): Promise<void>;
	/** CONNECTION_IN_USE while a draft or a live version names it, and for the managed one. */
	remove(id: string): Promise<void>;
}

export function openConnections(run: InTenant, tenant: string, sealer: Sealer, resultsUrl: string): Connections {
	const all = (tx: ScopedClient) => allIn(tx, resultsUrl, []);
	return {
		all: (kindsOfManaged = []) => run((tx) => allIn(tx, resultsUrl, kindsOfManaged)),
		create: ({ type, name, config, secrets, by }) =>
			run(async (tx) => {
				const id = randomUUID();
				const sealed = toJson(replaceSecrets(sealer, { tenant, id }, {}, secrets, Date.now()));
				await tx.connection.create({
					data: { id, type, name, config: toJson(config), secrets: sealed, createdBy: by, tenantId: "" },
				});
				return pick(await all(tx), id);
			}).catch(nameTaken(name)),
		change: (id, { name, config, secrets }) =>
			run(async (tx) => {
				// Two that replace different secrets at once must not lose one.
				await tx.$queryRaw`select id from connection where id = ${id}::uuid for update`;
				const row = await tx.connection.findUnique({ where: { id } });
				if (!row) throw notFound();
				if (row.managed) throw new WeirError("CONNECTION_IN_USE", "This connection is kept by Weir itself and cannot be changed.");
				const before = row.secrets as unknown as SealedSecrets;
				const sealed = secrets === undefined ? before : replaceSecrets(sealer, { tenant, id }, before, secrets, Date.now());
				await tx.connection.update({
					where: { id },
					data: {
						...(name === undefined ? {} : { name }),
						...(config === undefined ? {} : { config: toJson(config) }),
						secrets: toJson(sealed),
						checkedAt: null,
						checkState: null,
						checkMessage: null,
						checkMs: null,
						certificateExpiresAt: null,
					},
				});
				return pick(await all(tx), id);
			}).catch(nameTaken(name ?? "")),
		open: (id) =>
			run(async (tx) => {
				const row = await tx.connection.findUnique({ where: { id } });
				if (!row) throw notFound();
				const secrets = openSecrets(sealer, { tenant, id }, row.secrets as unknown as SealedSecrets);
				const config = withResultsPlace(row.config as Record<string, unknown>, row.managed, resultsUrl);
				return { type: row.type, config, secrets, managed: row.managed };
			}),
		noteCheck: (id, { ok, message, tookMs, certificateExpiresAtMs }) =>
			run(async (tx) => {
				const certificateExpiresAt = certificateExpiresAtMs === undefined ? null : new Date(certificateExpiresAtMs);
				const data = {
					checkedAt: new Date(),
					checkState: ok ? "ok" : "failing",
					checkMessage: message,
					checkMs: Math.round(tookMs),
					certificateExpiresAt,
				};
				await tx.connection.updateMany({ where: { id }, data });
			}),
		remove: (id) =>
			run(async (tx) => {
				const connection = pick(await all(tx), id);
				if (connection.managed) throw new WeirError("CONNECTION_IN_USE", "This connection is kept by Weir itself and cannot be deleted.");
				if (connection.usedBy.length > 0) {
					const names = connection.usedBy.map((flow) => `"${flow.name}"`).join(", ");
					throw new WeirError("CONNECTION_IN_USE", `The connection is used by ${names}. Choose another one there first.`);
				}
				await tx.connection.delete({ where: { id } });
			}),
	};
}

function nameTaken(name: string) {
	return (error: unknown): never => {
		if (isTaken(error)) throw new WeirError("NAME_TAKEN", `There is a connection named "${name}" already. Choose another name.`);
		throw error;
	};
}

function notFound(): WeirError {
	return new WeirError("ACCESS_NOT_FOUND", "There is no such connection.");
}

function pick(connections: readonly StoredConnection[], id: string): StoredConnection {
	const found = connections.find((connection) => connection.id === id);
	if (found === undefined) throw notFound();
	return found;
}

async function allIn(tx: ScopedClient, resultsUrl: string, kindsOfManaged: readonly string[]): Promise<readonly StoredConnection[]> {
	const rows = await tx.connection.findMany({ orderBy: [{ managed: "desc" }, { createdAt: "asc" }] });
	const uses = await usesOf(tx, kindsOfManaged);
	return rows.map((row) => ({
		id: row.id,
		type: row.type,
		name: row.name,
		config: withResultsPlace(row.config as Record<string, unknown>, row.managed, resultsUrl),
		secrets: Object.fromEntries(
			Object.entries(row.secrets as unknown as SealedSecrets).map(([field, { version, changedAtMs }]) => [field, { version, changedAtMs }]),
		),
		managed: row.managed,
		check:
			row.checkedAt === null
				? undefined
				: {
						state: row.checkState === "ok" ? "ok" : "failing",
						message: row.checkMessage ?? "",
						atMs: row.checkedAt.getTime(),
						tookMs: row.checkMs ?? undefined,
						certificateExpiresAtMs: row.certificateExpiresAt?.getTime(),
					},
		usedBy: uses.get(row.id) ?? (row.managed ? (uses.get("managed") ?? []) : []),
		createdAtMs: row.createdAt.getTime(),
	}));
}

// A node names its connection in `config.connection`; none is the managed one where the kind can do with that.
async function usesOf(tx: ScopedClient, kindsOfManaged: readonly string[]): Promise<ReadonlyMap<string, { id: string; name: string }[]>> {
	const rows = await tx.$queryRaw<{ connection: string; id: string; name: string }[]>`
		with drawing as (
			select f.id, f.name, d.content from flow f join draft d on d.flow_id = f.id
			union all
			select f.id, f.name, v.content from flow f join flow_version v on v.flow_id = f.id and v.number = f.live_version
		)
		select distinct coalesce(nullif(node->'config'->>'connection', ''), 'managed') as connection, drawing.id, drawing.name
		from drawing, jsonb_array_elements(drawing.content->'nodes') as node
		where nullif(node->'config'->>'connection', '') is not null or node->>'kind' = any(${[...kindsOfManaged]})
		order by drawing.name`;
	const uses = new Map<string, { id: string; name: string }[]>();
	for (const { connection, id, name } of rows) uses.set(connection, [...(uses.get(connection) ?? []), { id, name }]);
	return uses;
}
