import { postgresFailure } from "@weir/connections";
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

/** What the authority needs of a pool of node-postgres, whose sessions MUST have a listener for `error` from their first moment. */
export interface PostgresPool {
	connect(): Promise<PostgresSession>;
	end(): Promise<void>;
}

export interface PostgresSession {
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

const PARTS_PER_STATEMENT = 500;

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
				`insert into ${this.#table} as c (task, tenant, job, generation) values ($1, $2, $3, $4)
				on conflict (task) do update set generation = excluded.generation where c.generation < excluded.generation
				returning true`,
				[taskName(task), task.tenant, task.job, generation],
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
			await session.query("begin");
			// The row stays locked to the end, so what was checked here still holds at the commit.
			const mine = await session.query(`select 1 from ${this.#table} where task = $1 and generation = $2 and position = $3 for update`, [
				taskName(task),
				generation,
				positionText(previous),
			]);
			if (mine.rows.length === 0) {
				await session.query("rollback");
				return "fenced";
			}
			await write(mediumOf(session));
			const { position, state, watermark, counters, put, drop } = next();
			const head = [positionText(position), bufferOf(state), watermarkText(watermark), JSON.stringify(counters)];
			await session.query(
				`update ${this.#table} set position = $2, state = $3, watermark = $4, counters = $5, updated_at = now() where task = $1`,
				[taskName(task), ...head],
			);
			if (drop.length > 0) await session.query(`delete from ${this.#parts} where task = $1 and n = any($2)`, [taskName(task), drop]);
			const added = [...put];
			for (let from = 0; from < added.length; from += PARTS_PER_STATEMENT) {
				const some = added.slice(from, from + PARTS_PER_STATEMENT);
				await session.query(
					`insert into ${this.#parts} (task, n, bytes) values ${some.map((_, i) => `($1, $${2 * i + 2}, $${2 * i + 3})`).join(", ")}`,
					[taskName(task), ...some.flatMap(([number, bytes]) => [number, bufferOf(bytes)])],
				);
			}
			await session.query("commit");
			return "committed";
		});
	}

	async forget(tenant: string, job: string): Promise<void> {
		await this.#session(async (session) => {
			await this.#make(session);
			await session.query(
				`with gone as (delete from ${this.#table} where tenant = $1 and job = $2 returning task)
				delete from ${this.#parts} where task in (select task from gone)`,
				[tenant, job],
			);
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

function mediumOf(session: PostgresSession): PostgresMedium {
	return {
		query: (text, values) => session.query(text, values === undefined ? undefined : [...values]),
		reject: () => {},
	};
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
