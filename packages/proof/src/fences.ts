import { randomUUID } from "node:crypto";
import { LOG_ENV, openLogAuthority, POSTGRES_AUTHORITY_SETTINGS, PostgresAuthority } from "@weir/backends";
import type { CheckpointStep, CommitAuthority, Position } from "@weir/runtime";
import pg from "pg";
import { ENV } from "./env.ts";

/*
 * A drill, as a process of its own: each of the two fences of a commit is tried alone, because in a running product the one hides that the
 * other is missing. Prints a line per fence that does not hold.
 */

async function drill<Medium>(
	where: string,
	[first, other]: readonly [CommitAuthority<Medium>, CommitAuthority<Medium>],
	touch: (medium: Medium) => Promise<void>,
): Promise<void> {
	const commit = async (authority: CommitAuthority<Medium>, generation: number, previous: Position, place: string) => {
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
	await first.acquire(task, 1);
	expect(await commit(first, 1, {}, "1"), "committed", "the commit of the owner");
	expect(await commit(first, 1, {}, "2"), "fenced", "a commit that began from an earlier place");
	await other.acquire(task, 2);
	expect(await commit(first, 1, { a: "1" }, "2"), "fenced", "a commit under an old generation");
	expect(await commit(other, 2, { a: "1" }, "2"), "committed", "the commit of the next owner");
	await other.forget(task.tenant, task.job);
	await Promise.all([first.close(), other.close()]);
}

function pool(): PostgresAuthority {
	const sessions = new pg.Pool({ connectionString: ENV.drillUrl, max: 2, ...POSTGRES_AUTHORITY_SETTINGS });
	sessions.on("error", () => undefined);
	return new PostgresAuthority(sessions, "drill");
}

const log = { LOG: LOG_ENV.LOG.parse(ENV.log.LOG), REDIS_DATA_URL: ENV.log.REDIS_DATA_URL, KAFKA_BROKERS: ENV.log.KAFKA_BROKERS };
await drill("PostgreSQL", [pool(), pool()], async (medium) => void (await medium.query("select 1")));
await drill("the log", [await openLogAuthority(log), await openLogAuthority(log)], async () => undefined);
