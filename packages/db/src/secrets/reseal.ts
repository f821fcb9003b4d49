import type pg from "pg";
import { queryRows } from "../operator/pool.ts";
import { resealed, type SealedSecrets } from "./sealed-secrets.ts";
import type { Sealer } from "./sealer.ts";

export interface Resealed {
	readonly resealed: number;
	/** Rows that are still sealed with an older master key: that key MUST NOT be taken away yet. */
	readonly left: number;
}

const PAGE = 100;

/**
 * Seals everything with the newest master key that is sealed with an older one. May run beside everything else: a row that is written
 * meanwhile is left to the next round, and readers open both.
 */
export async function resealAll(pool: pg.Pool, sealer: Sealer): Promise<Resealed> {
	const old = `v1.${sealer.keyId}.%`;
	let done = 0;
	for (let after = NIL; ; ) {
		const rows = await queryRows<{ tenant: string; id: string; secrets: SealedSecrets }>(
			pool,
			`select tenant_id as tenant, id, secrets from connection c where id > $2 and ${OLD_SECRETS} order by id limit ${PAGE}`,
			[old, after],
		);
		for (const { tenant, id, secrets } of rows) done += await resealRow(pool, sealer, { tenant, id, secrets });
		const last = rows.at(-1);
		if (last === undefined) break;
		after = last.id;
	}
	done += await resealSimulations(pool, sealer, old);
	const [count] = await queryRows<{ left: number }>(
		pool,
		`select ((select count(*) from connection c where ${OLD_SECRETS}) + (select count(*) from simulation where sealed_token not like $1))::int as left`,
		[old],
	);
	return { resealed: done, left: count?.left ?? 0 };
}

const NIL = "00000000-0000-0000-0000-000000000000";
const OLD_SECRETS = "exists (select from jsonb_each(c.secrets) as each where each.value->>'sealed' not like $1 or each.value ? 'sealedAs')";

async function resealRow(pool: pg.Pool, sealer: Sealer, row: { tenant: string; id: string; secrets: SealedSecrets }): Promise<number> {
	let after: SealedSecrets | undefined;
	try {
		after = resealed(sealer, row, row.secrets);
	} catch {
		return 0; // Sealed with a key that is not configured: it stays in `left`, and whoever uses the connection is told.
	}
	if (after === undefined) return 0;
	const written = await queryRows(
		pool,
		"update connection set secrets = $4 where tenant_id = $1 and id = $2 and secrets = $3::jsonb returning id",
		[row.tenant, row.id, JSON.stringify(row.secrets), JSON.stringify(after)],
	);
	return written.length;
}

async function resealSimulations(pool: pg.Pool, sealer: Sealer, old: string): Promise<number> {
	const rows = await queryRows<{ tenant: string; flow: string; sealed: string }>(
		pool,
		"select tenant_id as tenant, flow_id as flow, sealed_token as sealed from simulation where sealed_token not like $1",
		[old],
	);
	let done = 0;
	for (const { tenant, flow, sealed } of rows) {
		const place = { tenant, id: flow, field: "simulation", version: 1 };
		let anew: string;
		try {
			anew = sealer.seal(sealer.unseal(sealed, place).reveal(), place);
		} catch {
			continue;
		}
		const text = "update simulation set sealed_token = $4 where tenant_id = $1 and flow_id = $2 and sealed_token = $3 returning flow_id";
		done += (await queryRows(pool, text, [tenant, flow, sealed, anew])).length;
	}
	return done;
}
