import { randomUUID } from "node:crypto";
import type pg from "pg";
import { inTransaction, queryRows } from "../operator/pool.ts";
import { replaceSecrets } from "../secrets/sealed-secrets.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { ManagedResults } from "./managed-results.ts";

interface NewAccount {
	readonly tenantId: string;
	readonly name: string;
	readonly email: string;
	readonly passwordHash: string;
	readonly tenantName: string;
	readonly results: ManagedResults;
}

interface SignUpStatements {
	isKnown(email: string): Promise<boolean>;
	/** Undefined: somebody else took the e-mail a moment ago. */
	insert(account: NewAccount): Promise<{ userId: string; tenantId: string; slug: string } | undefined>;
}

/** Name of the connection every tenant has from the first minute. */
const MANAGED_NAME = "Built-in Postgres";

export function signUpStatements(pool: pg.Pool, sealer: Sealer): SignUpStatements {
	return {
		async isKnown(email) {
			return (await queryRows(pool, "select 1 from user_account where email = $1", [email])).length > 0;
		},
		insert: (account) =>
			inTransaction(pool, async (client) => {
				const user = await client.query<{ id: string }>(
					"insert into user_account (email, name, password_hash) values ($1, $2, $3) on conflict (email) do nothing returning id",
					[account.email, account.name, account.passwordHash],
				);
				const userId = user.rows[0]?.id;
				if (userId === undefined) return undefined;
				const { tenantId } = account;
				const slug = await insertTenant(client, tenantId, account.tenantName);
				await client.query("insert into member (tenant_id, user_id, role) values ($1, $2, 'owner')", [tenantId, userId]);
				const id = randomUUID();
				const secrets = replaceSecrets(sealer, { tenant: tenantId, id }, {}, { password: account.results.password }, Date.now());
				await client.query(
					`insert into connection (tenant_id, id, type, name, config, secrets, managed, checked_at, check_state, check_message)
					values ($1, $2, 'postgres', $3, $4, $5, true, now(), 'ok', 'Made by Weir.')`,
					[tenantId, id, MANAGED_NAME, JSON.stringify(account.results.config), JSON.stringify(secrets)],
				);
				await client.query(
					"insert into audit (tenant_id, actor_id, actor, role, action, target) values ($1, $2, $3, 'owner', 'tenant.create', $4)",
					[tenantId, userId, account.email, slug],
				);
				return { userId, tenantId, slug };
			}),
	};
}

// "Acme Cold Chain" → acme-cold-chain, then acme-cold-chain-2, …
async function insertTenant(client: pg.PoolClient, id: string, name: string): Promise<string> {
	const base = slugOf(name);
	for (let n = 1; ; n++) {
		const slug = n === 1 ? base : `${base}-${n}`;
		const text = "insert into tenant (id, slug, name) values ($1, $2, $3) on conflict (slug) do nothing returning id";
		if ((await client.query(text, [id, slug, name])).rows.length > 0) return slug;
	}
}

/** How a tenant's name looks in addresses. */
function slugOf(name: string): string {
	const slug = name
		.normalize("NFKD")
		.replace(/\p{M}/gu, "")
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.slice(0, 40)
		.replace(/^-+|-+$/g, "");
	return slug === "" ? "tenant" : slug;
}
