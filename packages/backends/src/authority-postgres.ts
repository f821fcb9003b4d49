import { postgresFailure } from "@weir/connections";
import { isWeirError, WeirError } from "@weir/errors";
import type { PostgresMedium } from "@weir/node-kit";
import {
	type Checkpoint,
	type CheckpointStep,
	type CommitAuthority,
	type Position,
	positionText,
	type TaskRef,
	taskName,
} from "@weir/runtime";
import { readCheckpoint } from "./checkpoint-text.ts";
import { type CopySession, copyIn } from "./copy-in.ts";
import { GONE_MS, goneName } from "./tombstones.ts";

/** What the authority needs of a pool of node-postgres, whose sessions MUST have a listener for `error` from their first moment. */
export interface PostgresPool {
	connect(): Promise<PostgresSession>;
	end(): Promise<void>;
}

export interface PostgresSession extends CopySession {
	query(copy: Parameters<CopySession["query"]>[0]): unknown;
	query(text: string, values?: unknown[]): Promise<{ readonly rowCount: number | null; readonly rows: Record<string, unknown>[] }>;
	/** With an error the session is thrown away. */
	release(error?: Error | boolean): void;
}

/** Settings that a pool for an authority MUST have: a paused owner must not hold the lock on its checkpoint for longer than this. */
export const POSTGRES_AUTHORITY_SETTINGS = {
	idle_in_transaction_session_timeout: 2_000,
	lock_timeout: 5_000,
	statement_timeout: 30_000,
} as const;

// Any number will do, as long as all processes use the same.
const TABLE_LOCK = 7_305_921;

/** Commits in the database of the sink: output rows and checkpoint in one transaction. */
export class PostgresAuthority implements CommitAuthority<PostgresMedium> {
	readonly #pool: PostgresPool;
	readonly #table: string;
	readonly #parts: string;
	readonly #schema: string;
	#isMade = false;

	/** `schema` is where the tables `weir_checkpoint` and `weir_checkpoint_part` live: one that the connection's role may write in. */
	constructor(pool: PostgresPool, schema: string) {
		this.#pool = pool;
		this.#schema = schema;
		this.#table = `${quoted(schema)}.weir_checkpoint`;
		this.#parts = `${quoted(schema)}.weir_checkpoint_part`;
	}

	async acquire(task: TaskRef, generation: number): Promise<Checkpoint | undefined> {
		return this.#session(async (session) => {
			await this.#make(session);
			const { rows } = await session.query(
				`insert into ${this.#table} as c (task, tenant, job, generation)
				select $1, $2, $3, $4 where not exists (select from ${this.#table} where task = any($5))
				on conflict (task) do update set generation = excluded.generation where c.generation < excluded.generation
				returning true`,
				[taskName(task), task.tenant, task.job, generation, [stoneOf(task.tenant), stoneOf(task.job)]],
			);
			return rows.length === 0 ? undefined : this.#read(session, task);
		});
	}

	async read(task: TaskRef): Promise<Checkpoint | undefined> {
		return this.#session(async (session) => {
			await this.#make(session);
			return this.#read(session, task);
		});
	}

	async prepare(_task: TaskRef, act: (medium: PostgresMedium) => Promise<void>): Promise<void> {
		await this.#session(async (session) => {
			await act(mediumOf(session));
		});
	}

	async commit(
		task: TaskRef,
		generation: number,
		previous: Position,
		next: () => CheckpointStep,
		write: (medium: PostgresMedium) => Promise<void>,
	): Promise<"committed" | "fenced"> {
		return this.#session(async (session) => {
			let transaction: Promise<void> | undefined;
			const straight = mediumOf(session);
			const medium: PostgresMedium = {
				async query(text, values) {
					transaction ??= begin();
					await transaction;
					return straight.query(text, values);
				},
				async copy(statements, bytes) {
					transaction ??= begin();
					await transaction;
					await straight.copy(statements, bytes);
				},
				reject: () => {},
			};
			const isMine = [taskName(task), generation, positionText(previous)];
			const begin = async () => {
				await session.query("begin");
				// Rows are written by the owner only, and it stays so: the checkpoint is locked to the end.
				const mine = await session.query(
					`select 1 from ${this.#table} where task = $1 and generation = $2 and position = $3 for update`,
					isMine,
				);
				if (mine.rows.length === 0) throw fenced();
			};
			try {
				await write(medium);
				const step = next();
				const moved = await session.query(this.#moveStatement(step), [...isMine, ...moveValues(step)]);
				if (moved.rows[0]?.moved !== 1) throw fenced();
			} catch (error) {
				// Thrown within the sink's writing it comes back with the sink's place on it.
				if (!isWeirError(error) || error.code !== "LEASE_LOST") throw error;
				if (transaction !== undefined) await session.query("rollback");
				return "fenced";
			}
			// Without a row of the sink the one statement was a transaction of its own.
			if (transaction !== undefined) await session.query("commit");
			return "committed";
		});
	}

	/** One statement for head and parts: $1 to $3 are what must hold, then come the values of `moveValues`. */
	#moveStatement({ put, drop }: CheckpointStep): string {
		const head = `update ${this.#table} set position = $4, state = $5, watermark = $6, counters = $7, updated_at = now()
			where task = $1 and generation = $2 and position = $3 returning 1`;
		let at = 8;
		let statement = `with head as (${head})`;
		if (drop.length > 0)
			statement += `, gone as (delete from ${this.#parts} where task = $1 and n = any($${at++}::bigint[]) and exists (select from head))`;
		if (put.size > 0) {
			const rows = [...put].map(() => `($${at++}::bigint, $${at++}::bytea)`).join(", ");
			statement += `, added as (insert into ${this.#parts} (task, n, bytes) select $1, n, bytes from (values ${rows}) as p (n, bytes) where exists (select from head))`;
		}
		return `${statement} select count(*)::int as moved from head`;
	}

	forget(tenant: string, job: string): Promise<void> {
		return this.#forget(tenant, job);
	}

	/** Forgets the checkpoints of all jobs of a tenant, and those that its workers might still mean to begin. */
	forgetTenant(tenant: string): Promise<void> {
		return this.#forget(tenant, undefined);
	}

	/** A statement each: what is committed while one waits is seen by the next. */
	async #forget(tenant: string, job: string | undefined): Promise<void> {
		await this.#session(async (session) => {
			await this.#make(session);
			await session.query(
				`insert into ${this.#table} as c (task, tenant, job, generation) values ($1, '', '', 0)
				on conflict (task) do update set updated_at = now()`,
				[stoneOf(job ?? tenant)],
			);
			const { rows } = await session.query(
				`delete from ${this.#table} where tenant = $1 and ($2::text is null or job = $2) returning task`,
				[tenant, job ?? null],
			);
			await session.query(`delete from ${this.#parts} where task = any($1)`, [rows.map(({ task }) => task)]);
			await session.query(`delete from ${this.#table} where tenant = '' and updated_at < now() - $1 * interval '1 millisecond'`, [GONE_MS]);
		});
	}

	async close(): Promise<void> {
		await this.#pool.end();
	}

	/** One statement, so that head and parts are of the same commit. */
	async #read(session: PostgresSession, task: TaskRef): Promise<Checkpoint | undefined> {
		const { rows } = await session.query(
			`select position, state, watermark, counters, n, bytes from ${this.#table} left join ${this.#parts} using (task) where task = $1`,
			[taskName(task)],
		);
		return rows[0] === undefined ? undefined : checkpointOf(rows[0], rows);
	}

	/** Whatever fails, the session is thrown away: nobody knows what it holds. */
	async #session<T>(act: (session: PostgresSession) => Promise<T>): Promise<T> {
		let session: PostgresSession | undefined;
		try {
			session = await this.#pool.connect();
			const result = await act(session);
			session.release();
			return result;
		} catch (error) {
			session?.release(true);
			throw postgresFailure(error);
		}
	}

	async #make(session: PostgresSession): Promise<void> {
		if (this.#isMade) return;
		const known = await session.query("select to_regclass($1) is not null and to_regclass($2) is not null as known", [
			this.#table,
			this.#parts,
		]);
		if (known.rows[0]?.known !== true) {
			await session.query("begin");
			await session.query("select pg_advisory_xact_lock($1)", [TABLE_LOCK]);
			const schema = await session.query("select 1 from pg_namespace where nspname = $1", [this.#schema]);
			if (schema.rows.length === 0) await session.query(`create schema if not exists ${quoted(this.#schema)}`);
			await session.query(`create table if not exists ${this.#table} (
				task text primary key, tenant text not null, job text not null, generation bigint not null,
				position text not null default '{}', state bytea not null default '', watermark text not null default '',
				counters text not null default '{}', updated_at timestamptz not null default now())`);
			await session.query(`create table if not exists ${this.#parts} (
				task text not null, n bigint not null, bytes bytea not null, primary key (task, n))`);
			// Packed numbers hardly shrink, and trying costs more than writing them.
			await session.query(`alter table ${this.#parts} alter column bytes set storage external`);
			await session.query("commit");
		}
		this.#isMade = true;
	}
}

/** Stands in the place of a task: the tombstone of a job or a tenant. */
function stoneOf(id: string): string {
	return `gone:${goneName(id)}`;
}

function mediumOf(session: PostgresSession): PostgresMedium {
	return {
		query: (text, values) => session.query(text, values === undefined ? undefined : [...values]),
		copy: (statements, bytes) => copyIn(session, statements, bytes),
		reject: () => {},
	};
}

function fenced(): WeirError {
	return new WeirError("LEASE_LOST", "Another worker has taken the task.");
}

function moveValues({ position, state, watermark, counters, put, drop }: CheckpointStep): unknown[] {
	const values: unknown[] = [positionText(position), bufferOf(state), watermarkText(watermark), JSON.stringify(counters)];
	if (drop.length > 0) values.push(drop);
	for (const [number, bytes] of put) values.push(number, bufferOf(bytes));
	return values;
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function watermarkText(watermark: number): string {
	return watermark === Number.NEGATIVE_INFINITY ? "" : String(watermark);
}

function checkpointOf(row: Record<string, unknown>, rows: readonly Record<string, unknown>[]): Checkpoint {
	return readCheckpoint({
		parts: rows.flatMap(({ n, bytes }) => (bytes instanceof Uint8Array ? [[Number(n), bytes] as const] : [])),
		position: String(row.position),
		state: row.state instanceof Uint8Array ? row.state : new Uint8Array(0),
		watermark: String(row.watermark),
		counters: String(row.counters),
	});
}

function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}
