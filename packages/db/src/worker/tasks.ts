import type pg from "pg";
import { queryRows } from "../operator/pool.ts";
import type { OutlivedJob, StoredTask, TaskPlace, WorkerStore } from "./worker-store.ts";

type TaskStatements = Pick<
	WorkerStore,
	| "ensureTasks"
	| "tasksOf"
	| "silentTasks"
	| "lease"
	| "heartbeat"
	| "release"
	| "endTask"
	| "retireTasks"
	| "resetTasks"
	| "outlivedJobs"
	| "forgetTasks"
>;

const TASK = `t.tenant_id as tenant, t.job_id as job, t.stage, t.partition, t.generation::float8 as generation, t.owner,
	extract(epoch from now() - t.heartbeat_at)::float8 * 1000 as "silentMs", t.attempts, t.restarts, t.state,
	case when t.failure_code is not null then json_build_object('code', t.failure_code, 'message', t.failure_message, 'node', t.failure_node) end as failure`;

/** Who takes up a task that was silent this long starts it again; sooner, it goes from one worker to the next as slices do. */
const SILENCE = "3 seconds";

type TaskRow = { [K in keyof Omit<StoredTask, "heartbeatAtMs">]: StoredTask[K] | null } & { readonly silentMs: number | null };

/** How long a task has been silent is asked of the database's clock: that of whoever asks may be hours wrong. */
function asTask({ silentMs, ...row }: TaskRow): StoredTask {
	return {
		...row,
		owner: row.owner ?? undefined,
		heartbeatAtMs: silentMs === null ? undefined : Date.now() - silentMs,
		failure: row.failure ?? undefined,
	} as StoredTask;
}

/** Statements on the leases of tasks. A generation decides nothing here; it is what the commit authority checks. */
export function taskStatements(pool: pg.Pool): TaskStatements {
	return {
		async ensureTasks(job, tasks) {
			await queryRows(
				pool,
				`insert into task (tenant_id, job_id, stage, partition) select $1, $2, * from unnest($3::text[], $4::int[]) on conflict do nothing`,
				[job.tenant, job.id, tasks.map((t) => t.stage), tasks.map((t) => t.partition)],
			);
		},
		async tasksOf(job) {
			const rows = await queryRows<TaskRow>(pool, `select ${TASK} from task t where t.job_id = $1 order by t.stage, t.partition`, [job]);
			return rows.map(asTask);
		},
		async silentTasks(olderThanMs) {
			const rows = await queryRows<TaskRow>(
				pool,
				`select ${TASK} from task t join job j on j.id = t.job_id
				where t.state in ('waiting', 'running') and j.wanted <> 'stopped' and j.state in ('scheduling', 'running', 'recovering')
				and (t.heartbeat_at is null or t.heartbeat_at < now() - $1 * interval '1 millisecond')`,
				[olderThanMs],
			);
			return rows.map(asTask);
		},
		async lease(task, owner) {
			const [row] = await queryRows<{ generation: number }>(
				pool,
				`update task set generation = nextval('weir_generation'), owner = $4, heartbeat_at = now(), state = 'running',
					attempts = attempts + 1, restarts = restarts + case when heartbeat_at < now() - interval '${SILENCE}' then 1 else 0 end
				where job_id = $1 and stage = $2 and partition = $3 and state in ('waiting', 'running') returning generation::float8 as generation`,
				[task.job, task.stage, task.partition, owner],
			);
			return row?.generation;
		},
		async heartbeat(owner, tasks) {
			if (tasks.length === 0) return [];
			const kept = await queryRows<TaskPlace & pg.QueryResultRow>(
				pool,
				`update task t set heartbeat_at = now(), attempts = case when h.progressed then 0 else t.attempts end
				from unnest($2::uuid[], $3::text[], $4::int[], $5::bigint[], $6::boolean[]) as h(job, stage, partition, generation, progressed)
				where t.job_id = h.job and t.stage = h.stage and t.partition = h.partition and t.generation = h.generation and t.owner = $1
				returning t.job_id as job, t.stage, t.partition`,
				[
					owner,
					tasks.map((t) => t.job),
					tasks.map((t) => t.stage),
					tasks.map((t) => t.partition),
					tasks.map((t) => t.generation),
					tasks.map((t) => t.progressed),
				],
			);
			const held = new Set(kept.map(placeText));
			return tasks.filter((task) => !held.has(placeText(task)));
		},
		async release(task, generation) {
			await queryRows(
				pool,
				`update task set owner = null, heartbeat_at = null, state = 'waiting'
				where job_id = $1 and stage = $2 and partition = $3 and generation = $4 and state = 'running'`,
				[task.job, task.stage, task.partition, generation],
			);
		},
		async endTask(task, generation, state, failure) {
			const rows = await queryRows(
				pool,
				`update task set state = $5, owner = null, heartbeat_at = now(), failure_code = $6, failure_message = $7, failure_node = $8
				where job_id = $1 and stage = $2 and partition = $3 and generation = $4 returning stage`,
				[task.job, task.stage, task.partition, generation, state, failure?.code ?? null, failure?.message ?? null, failure?.node ?? null],
			);
			return rows.length === 1;
		},
		async retireTasks(job, stages) {
			return queryRows<TaskPlace & { generation: number } & pg.QueryResultRow>(
				pool,
				`update task set state = 'done', owner = null, generation = nextval('weir_generation')
				where job_id = $1 and stage = any($2::text[]) returning job_id as job, stage, partition, generation::float8 as generation`,
				[job.id, [...stages]],
			);
		},
		async outlivedJobs(beforeMs) {
			return queryRows<OutlivedJob & pg.QueryResultRow>(
				pool,
				`select j.tenant_id as tenant, j.id, j.plan_id as plan, n.id as newest from job j
				left join lateral (
					select id, created_at from job where tenant_id = j.tenant_id and flow_id = j.flow_id and replay is null
					order by created_at desc limit 1
				) n on j.replay is null and n.created_at > j.created_at
				where j.state in ('stopped', 'failed', 'finished') and j.updated_at < to_timestamp($1 / 1000.0)
				and (j.replay is not null or n.id is not null) and exists (select from task t where t.job_id = j.id)`,
				[beforeMs],
			);
		},
		async forgetTasks(job) {
			await queryRows(pool, "delete from task where job_id = $1", [job]);
		},
		async resetTasks(job) {
			await queryRows(
				pool,
				`update task set state = 'waiting', owner = null, heartbeat_at = null, attempts = 0,
				failure_code = null, failure_message = null, failure_node = null where job_id = $1 and state <> 'done'`,
				[job],
			);
		},
	};
}

function placeText(task: TaskPlace): string {
	return `${task.job}/${task.stage}/${task.partition}`;
}
