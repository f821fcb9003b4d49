import type pg from "pg";
import { queryRows } from "../operator/pool.ts";
import type { PendingRetry, WorkerStore } from "./worker-store.ts";

const MINE = "retry_job = $1 and retry_stage = $2 and retry_partition = $3 and state = 'retrying'";
const TRIES = 3;

type RetryStatements = Pick<WorkerStore, "pendingRetries" | "settleRetries" | "returnRetries">;
type RetryRow = { [K in keyof PendingRetry]: PendingRetry[K] | null };

/** Statements on dead letters that are tried again. How far a task has come is in its checkpoint; here is only what is left to do. */
export function retryStatements(pool: pg.Pool): RetryStatements {
	return {
		async pendingRetries({ job, stage, partition }, after, limit) {
			await queryRows(
				pool,
				`update dead_letter set state = 'open', note = 'It was begun ${TRIES} times and never came to a commit.', settled_at = now()
				where ${MINE} and retry_seq > $4 and retry_tries >= ${TRIES}`,
				[job, stage, partition, after],
			);
			const rows = await queryRows<RetryRow & pg.QueryResultRow>(
				pool,
				`with mine as (select id from dead_letter where ${MINE} and retry_seq > $4 order by retry_seq limit $5)
				update dead_letter d set retry_tries = d.retry_tries + 1 from mine where d.id = mine.id
				returning d.retry_seq::float8 as seq, d.node, d.raw, d.row, d.key, d.position,
					coalesce(d.event_time_ms, extract(epoch from d.created_at)::float8 * 1000) as "eventTimeMs"`,
				[job, stage, partition, after, limit],
			);
			const letters = rows.map(
				(row) => ({ ...row, row: row.row ?? undefined, key: row.key ?? undefined, position: row.position ?? undefined }) as PendingRetry,
			);
			return letters.sort((a, b) => a.seq - b.seq);
		},
		async settleRetries({ job, stage, partition }, upTo) {
			await queryRows(pool, `update dead_letter set state = 'retried', settled_at = now() where ${MINE} and retry_seq <= $4`, [
				job,
				stage,
				partition,
				upTo,
			]);
		},
		async returnRetries(job) {
			await queryRows(
				pool,
				`update dead_letter set state = 'open', settled_at = now(), note = 'A new version was deployed before it was tried again.'
				where retry_job = $1 and state = 'retrying'`,
				[job],
			);
		},
	};
}
