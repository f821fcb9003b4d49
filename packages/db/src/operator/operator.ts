import type pg from "pg";
import { type Erasures, erasureStatements } from "../erasure/erasures.ts";
import { type Resealed, resealAll } from "../secrets/reseal.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { queryRows } from "./pool.ts";

/** A simulation that is wanted now, with the token its devices post with. */
export interface WantedSimulation {
	readonly tenant: string;
	readonly flow: string;
	readonly device: string;
	readonly token: string;
	readonly perSecond: number;
	readonly devices: number;
	readonly startedAtMs: number;
	readonly endsAtMs: number;
	readonly endpoints: readonly {
		readonly id: string;
		readonly key: string;
		readonly node: string;
		readonly protocol: "http" | "mqtt";
		readonly settings: { readonly format: "json" | "senml"; readonly topicFilter?: string };
	}[];
	/** The drawing, so that the records fit its sources. */
	readonly content: unknown;
	readonly template: string | undefined;
}

interface UnreadEndpoint {
	readonly tenant: string;
	readonly id: string;
	/** Partitions of each generation of the stream, oldest first. */
	readonly generations: readonly number[];
	/** How long its records are kept, where somebody chose it. */
	readonly keepMs: number | undefined;
}

/** The few jobs that cross tenants. Opening it writes an audit row with the reason. */
export interface Operator extends Erasures {
	tenantIds(): Promise<readonly string[]>;
	simulationsWanted(): Promise<readonly WantedSimulation[]>;
	/** Addresses whose records no version of a flow has ever been meant to read. */
	endpointsWithoutJob(): Promise<readonly UnreadEndpoint[]>;
	/** Keeps the tables small: ended sessions, old attempts, roll-ups and events past their time. Answers how many rows went. */
	sweep(nowMs: number): Promise<number>;
	/** Seals with the newest master key what is still sealed with an older one. */
	resealSecrets(): Promise<Resealed>;
}

export async function asOperator(pool: pg.Pool, sealer: Sealer, resultsUrl: string, reason: string): Promise<Operator> {
	await queryRows(pool, "insert into audit (actor, action, detail) values ('operator', 'operator.open', $1)", [JSON.stringify({ reason })]);
	return {
		...erasureStatements(pool, resultsUrl, reason),
		async tenantIds() {
			return (await queryRows<{ id: string }>(pool, "select id from tenant order by created_at")).map((row) => row.id);
		},
		async simulationsWanted() {
			const rows = await queryRows<SimulationRow>(pool, SIMULATIONS);
			return rows.map(({ sealed, template, ...row }) => ({
				...row,
				template: template ?? undefined,
				token: sealer.unseal(sealed, { tenant: row.tenant, id: row.flow, field: "simulation", version: 1 }).reveal(),
			}));
		},
		async endpointsWithoutJob() {
			const rows = await queryRows<Omit<UnreadEndpoint, "keepMs"> & { readonly keepMs: number | null }>(
				pool,
				`select e.tenant_id as tenant, e.id, e.earlier_partitions || e.partitions as generations, e.keep_ms::float8 as "keepMs" from endpoint e
				where not exists (select from job j where j.tenant_id = e.tenant_id and j.flow_id = e.flow_id and j.replay is null)`,
			);
			return rows.map((row) => ({ ...row, keepMs: row.keepMs ?? undefined }));
		},
		async sweep(nowMs) {
			const now = new Date(nowMs);
			const swept = await Promise.all([
				queryRows(pool, "delete from session where expires_at < $1::timestamptz - interval '7 days' returning id", [now]),
				queryRows(pool, "delete from sign_in_attempt where reset_at < $1 returning key", [now]),
				queryRows(pool, "delete from rollup where minute < $1::timestamptz - interval '35 days' returning job_id", [now]),
				queryRows(pool, "delete from simulation where ends_at < $1::timestamptz - interval '1 day' returning flow_id", [now]),
			]);
			return swept.reduce((sum, rows) => sum + rows.length, 0);
		},
		resealSecrets: () => resealAll(pool, sealer),
	};
}

type SimulationRow = Omit<WantedSimulation, "token" | "template"> & { readonly sealed: string; readonly template: string | null };

const SIMULATIONS = `select s.tenant_id as tenant, s.flow_id as flow, s.device_id as device, s.sealed_token as sealed,
	(s.settings->>'perSecond')::float8 as "perSecond", (s.settings->>'devices')::int as devices,
	extract(epoch from s.started_at)::float8 * 1000 as "startedAtMs", extract(epoch from s.ends_at)::float8 * 1000 as "endsAtMs",
	coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'key', e.key, 'node', e.node_id, 'protocol', e.protocol, 'settings', e.settings))
		from endpoint e where e.tenant_id = s.tenant_id and e.flow_id = s.flow_id), '[]') as endpoints,
	d.content, f.template
	from simulation s join flow f on f.tenant_id = s.tenant_id and f.id = s.flow_id
		join draft d on d.tenant_id = s.tenant_id and d.flow_id = s.flow_id join tenant t on t.id = s.tenant_id
	where s.ends_at > now() and t.deleted_at is null order by s.started_at`;
