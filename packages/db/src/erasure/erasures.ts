import type { Plan } from "@weir/planner";
import type pg from "pg";
import { dropManagedResults } from "../accounts/managed-results.ts";
import { inTransaction, queryRows } from "../operator/pool.ts";
import { parseRemains, type Remains, remainsOfJob } from "./remains.ts";

/** A tenant that is to be erased. */
export interface DeletedTenant {
	readonly tenant: string;
	/** How long ago it was deleted, by the clock of the database. */
	readonly agoMs: number;
}

/** A flow whose rows are gone. */
export interface DeletedFlow {
	readonly tenant: string;
	readonly id: string;
	readonly agoMs: number;
	readonly remains: Remains;
}

/** Statements that erase tenants and what deleted flows have left. Each may be repeated. */
export interface Erasures {
	/**
	 * Deletes a tenant: from now on its doors refuse and nobody comes in; the control worker erases what it has. There is no way back. False: there
	 * is no such tenant.
	 */
	deleteTenant(tenant: string): Promise<boolean>;
	/** Oldest first. */
	deletedTenants(): Promise<readonly DeletedTenant[]>;
	/** Ends all jobs of a deleted tenant at once, so that no task of theirs can be leased again; answers what is theirs. */
	endJobs(tenant: string): Promise<Remains>;
	/** Drops the tenant's schema and role in the results database, with all that is in them. */
	dropResults(tenant: string): Promise<void>;
	/** The last step: deletes every row of a deleted tenant. What stays is a line in the operator's part of the audit log. */
	eraseRows(tenant: string, detail: Readonly<Record<string, unknown>>): Promise<void>;
	/** Deleted flows of tenants that are not deleted themselves; oldest first. */
	deletedFlows(limit: number): Promise<readonly DeletedFlow[]>;
	/** Nothing of the flow is left; `detail` where something could not be reached. */
	settleFlow(flow: DeletedFlow, detail?: Readonly<Record<string, unknown>>): Promise<void>;
}

const AGO = (column: string) => `extract(epoch from now() - ${column})::float8 * 1000 as "agoMs"`;
const AUDIT = "insert into audit (actor, action, target, detail) values ('operator', $1, $2, $3)";

export function erasureStatements(pool: pg.Pool, resultsUrl: string, reason: string): Erasures {
	return {
		deleteTenant: (tenant) =>
			inTransaction(pool, async (client) => {
				const { rows } = await client.query<{ isNew: boolean }>(
					`with before as (select id, deleted_at is null as "isNew" from tenant where id = $1 for update)
					update tenant t set deleted_at = coalesce(deleted_at, now()) from before b where t.id = b.id returning b."isNew"`,
					[tenant],
				);
				if (rows[0]?.isNew === true) await client.query(AUDIT, ["tenant.delete", tenant, JSON.stringify({ reason })]);
				return rows.length > 0;
			}),
		deletedTenants: () =>
			queryRows<DeletedTenant & pg.QueryResultRow>(
				pool,
				`select id as tenant, ${AGO("deleted_at")} from tenant where deleted_at is not null order by deleted_at`,
			),
		endJobs: (tenant) =>
			inTransaction(pool, async (client) => {
				await client.query("delete from simulation where tenant_id = $1", [tenant]);
				await client.query(
					`update job set wanted = 'stopped', state = 'stopped', replay = null, generation = generation + 1, updated_at = now()
					where tenant_id = $1 and (wanted <> 'stopped' or state <> 'stopped' or replay is not null)`,
					[tenant],
				);
				// Whoever holds one learns within a heartbeat that a newer generation was drawn.
				await client.query(
					"update task set state = 'done', owner = null, generation = nextval('weir_generation') where tenant_id = $1 and state <> 'done'",
					[tenant],
				);
				const endpoints = await client.query<Remains["endpoints"][number]>(
					"select id, earlier_partitions || partitions as generations from endpoint where tenant_id = $1",
					[tenant],
				);
				const jobs = await client.query<{ id: string; plan: Plan }>(
					"select j.id, p.content as plan from job j join plan p on p.tenant_id = j.tenant_id and p.id = j.plan_id where j.tenant_id = $1",
					[tenant],
				);
				const left = await client.query<{ content: unknown }>("select content from flow_remains where tenant_id = $1", [tenant]);
				const before = left.rows.map(({ content }) => parseRemains(content));
				return {
					endpoints: [...endpoints.rows, ...before.flatMap((one) => one.endpoints)],
					jobs: [...jobs.rows.map(({ id, plan }) => remainsOfJob(id, plan)), ...before.flatMap((one) => one.jobs)],
				};
			}),
		dropResults: (tenant) => dropManagedResults(resultsUrl, tenant),
		eraseRows: (tenant, detail) =>
			inTransaction(pool, async (client) => {
				const { rows } = await client.query("select 1 from tenant where id = $1 and deleted_at is not null for update", [tenant]);
				if (rows.length === 0) return;
				await client.query("delete from audit where tenant_id = $1", [tenant]);
				await client.query("delete from tenant where id = $1", [tenant]);
				await client.query(AUDIT, ["tenant.erased", tenant, JSON.stringify({ ...detail, reason })]);
			}),
		deletedFlows: async (limit) => {
			const rows = await queryRows<Omit<DeletedFlow, "remains"> & { content: unknown }>(
				pool,
				`select r.tenant_id as tenant, r.id, ${AGO("r.created_at")}, r.content from flow_remains r join tenant t on t.id = r.tenant_id
				where t.deleted_at is null order by r.created_at limit $1`,
				[limit],
			);
			return rows.map(({ content, ...row }) => ({ ...row, remains: parseRemains(content) }));
		},
		settleFlow: ({ tenant, id }, detail) =>
			inTransaction(pool, async (client) => {
				const { rowCount } = await client.query("delete from flow_remains where tenant_id = $1 and id = $2", [tenant, id]);
				if (detail === undefined || rowCount === 0) return;
				await client.query("insert into audit (tenant_id, actor, action, target, detail) values ($1, 'operator', 'flow.erased', $2, $3)", [
					tenant,
					id,
					JSON.stringify({ ...detail, reason }),
				]);
			}),
	};
}
