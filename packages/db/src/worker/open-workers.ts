import type { Plan } from "@weir/planner";
import type pg from "pg";
import { withResultsPlace } from "../accounts/managed-results.ts";
import { openOperatorPool, queryRows } from "../operator/pool.ts";
import { openSecrets, type SealedSecrets } from "../secrets/sealed-secrets.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { retryStatements } from "./retries.ts";
import { taskStatements } from "./tasks.ts";
import type { ChosenRetention, OpenConnection, SourceEndpoint, StoredJob, StuckGrowth, WorkerStore } from "./worker-store.ts";

export interface WorkersOptions {
	/** Address for the role weir_app (`APP_DATABASE_URL`). */
	readonly appUrl: string;
	/** `RESULTS_DATABASE_URL`: where the managed connections lead. */
	readonly resultsUrl: string;
	readonly sealer: Sealer;
	readonly connections?: number;
}

/** Opens the workers' side of the control database. */
export function openWorkers(options: WorkersOptions): WorkerStore {
	const pool = openOperatorPool(options.appUrl, options.connections ?? 4);
	return {
		...taskStatements(pool),
		...jobStatements(pool),
		...retryStatements(pool),
		async connection(tenant, id) {
			return openConnection(pool, options, tenant, id);
		},
		async putDeadLetters(letters) {
			await queryRows(
				pool,
				`insert into dead_letter (tenant_id, id, job_id, flow_id, node, code, reason, position, raw, row, key, event_time_ms)
				select j.tenant_id, l.id, j.id, j.flow_id, l.node, l.code, l.reason, l.position, l.raw, l.row, l.key, l.time
				from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::text[], $10::text[],
					$11::float8[]) as l(tenant, id, job, node, code, reason, position, raw, row, key, time)
				join job j on j.id = l.job and j.tenant_id = l.tenant
				on conflict (id) do nothing`,
				[
					letters.map((l) => l.tenant),
					letters.map((l) => l.id),
					letters.map((l) => l.job),
					letters.map((l) => l.node),
					letters.map((l) => l.code),
					letters.map((l) => l.reason.replaceAll("\u0000", "�")),
					letters.map((l) => l.position ?? null),
					letters.map((l) => Buffer.from(l.raw)),
					letters.map((l) => l.row?.replaceAll("\u0000", "�") ?? null),
					letters.map((l) => l.key?.replaceAll("\u0000", "�") ?? null),
					letters.map((l) => (l.eventTimeMs !== undefined && Number.isFinite(l.eventTimeMs) ? l.eventTimeMs : null)),
				],
			);
		},
		async putRollups(rows) {
			await queryRows(
				pool,
				`insert into rollup (tenant_id, job_id, flow_id, minute, counters, readings)
				select j.tenant_id, j.id, j.flow_id, to_timestamp(r.minute / 1000.0), r.counters, r.readings
				from unnest($1::uuid[], $2::uuid[], $3::float8[], $4::jsonb[], $5::jsonb[]) as r(tenant, job, minute, counters, readings)
				join job j on j.id = r.job and j.tenant_id = r.tenant
				on conflict (job_id, minute) do update set counters = excluded.counters, readings = excluded.readings`,
				[
					rows.map((r) => r.tenant),
					rows.map((r) => r.job),
					rows.map((r) => r.minuteMs),
					rows.map((r) => JSON.stringify(r.counters)),
					rows.map((r) => JSON.stringify(r.readings)),
				],
			);
		},
		async addEvent({ tenant, flow, id: job }, kind, text, detail = {}) {
			await queryRows(pool, "insert into flow_event (tenant_id, flow_id, kind, text, detail) values ($1, $2, $3, $4, $5)", [
				tenant,
				flow,
				kind,
				text,
				JSON.stringify({ ...detail, job }),
			]);
		},
		async ping() {
			await queryRows(pool, "select 1");
		},
		close: () => pool.end(),
	};
}

const JOB = `j.tenant_id as tenant, j.id, j.flow_id as flow, j.flow_version_id as "flowVersion", j.plan_id as plan, j.wanted, j.state, j.seed,
	j.previous_id as previous, j.start_position as "startPosition", j.fresh, j.carried, j.replay, j.from_ms as "fromMs", j.to_ms as "toMs",
	j.end_position as "endPosition", j.previous_id is not null and j.from_ms is not null as "startsAnew", j.reading_id as reading,
	exists (select from job n where n.tenant_id = j.tenant_id and n.previous_id = j.id) as "isReplaced",
	j.retry_seq::float8 as "retrySeq", j.generation::float8 as generation,
	extract(epoch from j.created_at)::float8 * 1000 as "createdAtMs"`;

type JobRow = { [K in keyof StoredJob]: StoredJob[K] | null };

function asJob(row: JobRow): StoredJob {
	return {
		...row,
		previous: row.previous ?? undefined,
		startPosition: row.startPosition ?? undefined,
		carried: row.carried ?? undefined,
		replay: row.replay ?? undefined,
		fromMs: row.fromMs ?? undefined,
		toMs: row.toMs ?? undefined,
		endPosition: row.endPosition ?? undefined,
		reading: row.reading ?? undefined,
	} as StoredJob;
}

type JobStatements = Pick<
	WorkerStore,
	| "unsettledJobs"
	| "restingJobs"
	| "job"
	| "plan"
	| "endpointsOf"
	| "chosenRetention"
	| "stuckGrowth"
	| "takeBackGrowth"
	| "ancestor"
	| "moveJob"
	| "setCut"
	| "setWanted"
	| "liveJob"
	| "beginHandOver"
	| "endHandOver"
>;

function jobStatements(pool: pg.Pool): JobStatements {
	const statements: JobStatements = {
		async unsettledJobs() {
			const rows = await queryRows<JobRow>(
				pool,
				`select ${JOB} from job j
				where j.state not in ('stopped', 'failed', 'finished') or (j.wanted in ('running', 'drained') and j.state = 'stopped')
					or (j.replay is not null and j.previous_id is not null)
				order by j.created_at`,
			);
			return rows.map(asJob);
		},
		async restingJobs() {
			const rows = await queryRows<JobRow>(
				pool,
				`select ${JOB} from job j where j.replay is null and (j.state in ('failed', 'finished') or (j.state = 'stopped' and j.wanted = 'stopped'))
				and not exists (select from job n where n.tenant_id = j.tenant_id and n.previous_id = j.id)`,
			);
			return rows.map(asJob);
		},
		async job(id) {
			const [row] = await queryRows<JobRow>(pool, `select ${JOB} from job j where j.id = $1`, [id]);
			return row === undefined ? undefined : asJob(row);
		},
		async plan(id) {
			const [row] = await queryRows<{ content: Plan }>(pool, "select content from plan where id = $1", [id]);
			return row?.content;
		},
		endpointsOf: (job) =>
			queryRows<SourceEndpoint & pg.QueryResultRow>(
				pool,
				"select id, node_id as node, partitions from endpoint where tenant_id = $1 and flow_id = $2",
				[job.tenant, job.flow],
			),
		async chosenRetention() {
			const rows = await queryRows<{ [K in keyof ChosenRetention]: ChosenRetention[K] | null }>(
				pool,
				`select tenant_id as tenant, flow_id as flow, node_id as node, id as endpoint, earlier_partitions || partitions as generations, keep_ms::float8 as "keepMs", max_bytes::float8 as "maxBytes"
				from endpoint where keep_ms is not null or max_bytes is not null`,
			);
			return rows.map((row) => ({ ...row, keepMs: row.keepMs ?? undefined, maxBytes: row.maxBytes ?? undefined }) as ChosenRetention);
		},
		stuckGrowth: (olderThanMs) =>
			queryRows<StuckGrowth & pg.QueryResultRow>(
				pool,
				`select tenant_id as tenant, id as endpoint, partitions, cardinality(earlier_partitions) + 1 as generation
				from endpoint where growing_to is not null and growing_since < now() - $1 * interval '1 millisecond'`,
				[olderThanMs],
			),
		async takeBackGrowth({ endpoint, generation }, unseal) {
			const client = await pool.connect();
			try {
				await client.query("begin");
				const { rows } = await client.query(
					"select id from endpoint where id = $1 and growing_to is not null and cardinality(earlier_partitions) + 1 = $2 for update",
					[endpoint, generation],
				);
				if (rows.length > 0) {
					await unseal();
					await client.query("update endpoint set growing_to = null, growing_since = null where id = $1", [endpoint]);
				}
				await client.query("commit");
			} catch (error) {
				await client.query("rollback").catch(() => {});
				throw error;
			} finally {
				client.release();
			}
		},
		async ancestor(id) {
			const job = await statements.job(id);
			const plan = job === undefined ? undefined : await statements.plan(job.plan);
			if (job === undefined || plan === undefined) return undefined;
			const endpoints = await statements.endpointsOf(job);
			return { ...job, plan, endpoints: Object.fromEntries(endpoints.map((endpoint) => [endpoint.node, endpoint.id])) };
		},
		async moveJob(job, to, failure) {
			const rows = await queryRows(
				pool,
				`update job set state = $3, generation = generation + 1, updated_at = now(),
				failure_code = $4, failure_message = $5, failure_node = $6
				where id = $1 and generation = $2 returning id`,
				[job.id, job.generation, to, failure?.code ?? null, failure?.message ?? null, failure?.node ?? null],
			);
			return rows.length === 1;
		},
		async setCut(job, position, carried, endPosition) {
			await queryRows(pool, "update job set start_position = $2, carried = $3, end_position = $4, updated_at = now() where id = $1", [
				job,
				JSON.stringify(position),
				JSON.stringify(carried),
				endPosition === undefined ? null : JSON.stringify(endPosition),
			]);
		},
		async liveJob({ tenant, flow }) {
			const [row] = await queryRows<JobRow>(
				pool,
				`select ${JOB} from job j where j.tenant_id = $1 and j.flow_id = $2 and j.replay is null order by j.created_at desc limit 1`,
				[tenant, flow],
			);
			return row === undefined ? undefined : asJob(row);
		},
		async beginHandOver(job, from) {
			await queryRows(
				pool,
				"update job set previous_id = $2, updated_at = now() where id = $1 and replay is not null and previous_id is null",
				[job, from],
			);
		},
		async endHandOver(job) {
			await queryRows(
				pool,
				`with taken as (
					update job set replay = null, updated_at = now() where id = $1 and replay is not null returning tenant_id, flow_id, flow_version_id
				)
				update flow f set live_version = v.number from taken t join flow_version v on v.tenant_id = t.tenant_id and v.id = t.flow_version_id
				where f.tenant_id = t.tenant_id and f.id = t.flow_id`,
				[job],
			);
		},
		async setWanted(job, wanted) {
			await queryRows(pool, "update job set wanted = $2, updated_at = now() where id = $1", [job, wanted]);
		},
	};
	return statements;
}

async function openConnection(pool: pg.Pool, options: WorkersOptions, tenant: string, id: string): Promise<OpenConnection | undefined> {
	const [row] = await queryRows<ConnectionRow>(
		pool,
		`select id, type, config, managed, secrets from connection
		where tenant_id = $1 and case when $2 = '${MANAGED}' then managed and type = 'postgres' else id::text = $2 end`,
		[tenant, id],
	);
	if (row === undefined) return undefined;
	return {
		tenant,
		id: row.id,
		type: row.type,
		config: withResultsPlace(row.config, row.managed, options.resultsUrl),
		secrets: openSecrets(options.sealer, { tenant, id: row.id }, row.secrets),
		managed: row.managed,
	};
}

interface ConnectionRow {
	readonly id: string;
	readonly type: string;
	readonly config: Record<string, unknown>;
	readonly managed: boolean;
	readonly secrets: SealedSecrets;
}

/** What a plan says for the connection that Weir itself keeps for the tenant. */
const MANAGED = "managed";
