import { describeCommitAuthority } from "@weir/runtime/conformance";
import { createDatabase } from "@weir/tooling";
import pg from "pg";
import { expect, inject, it } from "vitest";
import { POSTGRES_AUTHORITY_SETTINGS, PostgresAuthority } from "./authority-postgres.ts";

const { databaseUrl } = inject("services");
const url = await createDatabase(databaseUrl, `authority_${process.pid}`);

function openPool(settings: pg.PoolConfig = {}): pg.Pool {
	const pool = new pg.Pool({ connectionString: url, max: 4, ...POSTGRES_AUTHORITY_SETTINGS, ...settings });
	pool.on("error", () => {});
	pool.on("connect", (client) => client.on("error", () => {}));
	return pool;
}

describeCommitAuthority("PostgreSQL", async () => {
	const pool = openPool();
	const authority = new PostgresAuthority(pool, "weir");
	await pool.query("create table if not exists written (task_time timestamptz default clock_timestamp(), n serial, word text)");
	let from = 0;
	return {
		authority,
		write: async (medium, word) => void (await medium.query("insert into written (word) values ($1)", [word])),
		async written() {
			const { rows } = await pool.query<{ n: number; word: string }>("select n, word from written where n > $1 order by n", [from]);
			from = rows.at(-1)?.n ?? from;
			return rows.map((row) => row.word);
		},
		close: () => authority.close(),
	};
});
it("is made by many tasks at the same time", async () => {
	const pools = Array.from({ length: 8 }, () => openPool());
	const authorities = pools.map((pool) => new PostgresAuthority(pool, "made_at_once"));
	const acquired = await Promise.all(
		authorities.map((authority, partition) => authority.acquire({ tenant: "t", job: "j", stage: "s", partition }, 1)),
	);
	expect(acquired.every((checkpoint) => checkpoint !== undefined)).toBe(true);
	await Promise.all(authorities.map((authority) => authority.close()));
});

it("lets a new owner in when the old one was paused in the middle of its transaction", async () => {
	const settings = { idle_in_transaction_session_timeout: 300 };
	const paused = new PostgresAuthority(openPool(settings), "weir");
	const heir = new PostgresAuthority(openPool(settings), "weir");
	const task = { tenant: "t", job: crypto.randomUUID(), stage: "s", partition: 0 };
	const next = { position: { a: "1" }, state: new Uint8Array(0), watermark: 0, counters: {}, put: new Map(), drop: [] };
	await paused.acquire(task, 1);
	let wake = () => {};
	const inside = new Promise<void>((resolve) => {
		wake = resolve;
	});
	let entered = () => {};
	const began = new Promise<void>((resolve) => {
		entered = resolve;
	});
	const commit = paused.commit(
		task,
		1,
		{},
		() => next,
		async (medium) => {
			await medium.query("select 1");
			entered();
			await inside;
			await medium.query("select 1");
		},
	);
	commit.catch(() => {});
	await began;
	expect(await heir.acquire(task, 2)).toBeDefined();
	wake();
	await expect(commit).rejects.toMatchObject({ code: "CONNECTION_LOST" });
	expect((await heir.read(task))?.position).toEqual({});
	await Promise.all([paused.close(), heir.close()]);
});

it("has what was copied stand and fall with its commit", async () => {
	const pool = openPool();
	const authority = new PostgresAuthority(pool, "weir");
	await pool.query("create table copied (word text)");
	const task = { tenant: "t", job: crypto.randomUUID(), stage: "s", partition: 0 };
	const next = { position: { a: "1" }, state: new Uint8Array(0), watermark: 0, counters: {}, put: new Map(), drop: [] };
	const words = async () => (await pool.query<{ word: string }>("select word from copied")).rows.map(({ word }) => word);
	const commit = (generation: number, word: string, end?: Error) =>
		authority.commit(
			task,
			generation,
			{},
			() => next,
			async (medium) => {
				await medium.copy("SAVEPOINT here; COPY copied FROM STDIN", Buffer.from(`${word}\n`));
				if (end !== undefined) throw end;
			},
		);
	await authority.acquire(task, 2);
	expect(await commit(1, "of an old owner")).toBe("fenced");
	await expect(commit(2, "of a commit that failed", new Error("failed"))).rejects.toThrow();
	await expect(commit(2, "refused: \\xff")).rejects.toMatchObject({ code: "SINK_REJECTED" });
	expect(await words()).toEqual([]);
	expect(await commit(2, "kept")).toBe("committed");
	expect(await words()).toEqual(["kept"]);
	await authority.close();
});

it("says which side is to blame", async () => {
	const task = { tenant: "t", job: "j", stage: "s", partition: 0 };
	const nobody = new PostgresAuthority(openPool({ connectionString: url.replace(/:\d+\//, ":1/") }), "weir");
	await expect(nobody.acquire(task, 1)).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
	const wrong = new PostgresAuthority(openPool({ connectionString: url.replace(/\/\/[^@]*@/, "//nobody:wrong@") }), "weir");
	await expect(wrong.acquire(task, 1)).rejects.toMatchObject({ code: "CONNECTION_DENIED" });
	await Promise.all([nobody.close(), wrong.close()]);
});
