import { randomUUID } from "node:crypto";
import { LogAuthority, POSTGRES_AUTHORITY_SETTINGS, PostgresAuthority } from "@weir/backends";
import type { CheckpointStep, CommitAuthority, Position } from "@weir/runtime";
import pg from "pg";

/*
 * A drill, as a process of its own: each of the two fences of a commit is tried alone, because in a running product the one hides that the
 * other is missing. Arguments: addresses of a PostgreSQL and of a Redis. Prints a line per fence that does not hold.
 */

const [postgresUrl = "", redisUrl = ""] = process.argv.slice(2);

async function drill<Medium>(where: string, authority: CommitAuthority<Medium>, touch: (medium: Medium) => Promise<void>): Promise<void> {
	const commit = async (generation: number, previous: Position, place: string) => {
		const step: CheckpointStep = {
			position: { a: place },
			state: new Uint8Array(0),
			watermark: 0,
			counters: {},
			put: new Map(),
			drop: [],
		};
		return authority.commit(task, generation, previous, () => step, touch);
	};
	const expect = (outcome: string, wanted: string, what: string) => {
		if (outcome !== wanted) console.log(`In ${where}, ${what} was ${outcome}.`);
	};
	const task = { tenant: "drill", job: randomUUID(), stage: "s", partition: 0 };
	await authority.acquire(task, 1);
	expect(await commit(1, {}, "1"), "committed", "the commit of the owner");
	expect(await commit(1, {}, "2"), "fenced", "a commit that began from an earlier place");
	await authority.acquire(task, 2);
	expect(await commit(1, { a: "1" }, "2"), "fenced", "a commit under an old generation");
	expect(await commit(2, { a: "1" }, "2"), "committed", "the commit of the next owner");
	await authority.forget(task.tenant, task.job);
	await authority.close();
}

const pool = new pg.Pool({ connectionString: postgresUrl, max: 2, ...POSTGRES_AUTHORITY_SETTINGS });
pool.on("error", () => undefined);
await drill("PostgreSQL", new PostgresAuthority(pool, "drill"), async (medium) => void (await medium.query("select 1")));
await drill("the log", new LogAuthority(redisUrl), async () => undefined);
