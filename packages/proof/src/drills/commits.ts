import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { openLog, openLogAuthority, POSTGRES_AUTHORITY_SETTINGS, PostgresAuthority } from "@weir/backends";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import { type CheckpointStep, type CommitAuthority, exchangeStream, type Position, taskName } from "@weir/runtime";
import pg from "pg";
import { DRILL } from "../env.ts";

/*
 * Each of the two fences of a commit is tried alone, because in a running product the one hides that the other is missing; what a refused
 * commit wrote must not be there; and in PostgreSQL rows and place must be of one transaction.
 */

const SCHEMA = "drill";
const task = { tenant: "drill", job: randomUUID(), stage: "s", partition: 0 };

interface Place<Medium> {
	readonly name: string;
	readonly first: CommitAuthority<Medium>;
	readonly other: CommitAuthority<Medium>;
	/** Writes one row as a part of a commit. */
	write(medium: Medium): Promise<void>;
	/** Rows that are there. */
	rows(): Promise<number>;
}

async function drill<Medium>({ name, first, other, write, rows }: Place<Medium>): Promise<void> {
	const commit = async (authority: CommitAuthority<Medium>, generation: number, previous: Position, place: string) => {
		const step: CheckpointStep = {
			position: { a: place },
			state: new Uint8Array(0),
			watermark: 0,
			counters: {},
			put: new Map(),
			drop: [],
		};
		return authority.commit(task, generation, previous, () => step, write);
	};
	const expect = async (outcome: string, wanted: string, thereAfter: number, what: string) => {
		if (outcome !== wanted) console.log(`In ${name}, ${what} was ${outcome}.`);
		let there = await rows();
		// What was committed may be seen a moment later.
		for (let left = 100; there < thereAfter && left > 0; left--) {
			await pause(50);
			there = await rows();
		}
		if (outcome === wanted && there !== thereAfter) console.log(`In ${name}, ${what} was ${outcome}, and ${there} rows are there.`);
	};
	await first.acquire(task, 1);
	await expect(await commit(first, 1, {}, "1"), "committed", 1, "the commit of the owner");
	await expect(await commit(first, 1, {}, "2"), "fenced", 1, "a commit that began from an earlier place");
	await other.acquire(task, 2);
	await expect(await commit(first, 1, { a: "1" }, "2"), "fenced", 1, "a commit under an old generation");
	await expect(await commit(other, 2, { a: "1" }, "2"), "committed", 2, "the commit of the next owner");
}

async function inPostgres(): Promise<void> {
	const sessions = new pg.Pool({ connectionString: DRILL.resultsUrl, max: 3, ...POSTGRES_AUTHORITY_SETTINGS });
	sessions.on("error", () => undefined);
	const table = `${SCHEMA}."${task.job}"`;
	await sessions.query(`create schema if not exists ${SCHEMA}`);
	await sessions.query(`create table ${table} (n int)`);
	try {
		await drill({
			name: "PostgreSQL",
			first: new PostgresAuthority(sessions, SCHEMA),
			other: new PostgresAuthority(sessions, SCHEMA),
			write: async (medium) => void (await medium.query(`insert into ${table} values (1)`)),
			rows: async () => Number((await sessions.query(`select count(*) as n from ${table}`)).rows[0]?.n),
		});
		const { rows } = await sessions.query(
			`select exists (select from ${table} r join ${SCHEMA}.weir_checkpoint c on c.xmin = r.xmin where c.task = $1) as together`,
			[taskName(task)],
		);
		if (rows[0]?.together !== true) console.log("In PostgreSQL, the place was not saved in the transaction of the rows.");
		await new PostgresAuthority(sessions, SCHEMA).forget(task.tenant, task.job);
	} finally {
		await sessions.query(`drop table ${table}`);
		await sessions.end();
	}
}

async function inLog(): Promise<void> {
	const [log, first, other] = await Promise.all([openLog(DRILL.log), openLogAuthority(DRILL.log), openLogAuthority(DRILL.log)]);
	const stream = exchangeStream(task.tenant, task.job, "x");
	const frame = encodeRawFrame(Date.now(), [encodeRecord({ key: "k", topic: "", payload: new Uint8Array(1) })]);
	try {
		await drill({
			name: "the log",
			first,
			other,
			write: async (medium) => medium.append({ stream, partition: 0, frame, records: 1 }),
			rows: async () => (await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 10_000, waitMs: 0 }))[0]?.length ?? 0,
		});
		await other.forget(task.tenant, task.job);
		await log.drop(stream, 1);
	} finally {
		await Promise.all([log.close(), first.close(), other.close()]);
	}
}

await Promise.all([inPostgres(), inLog()]);
