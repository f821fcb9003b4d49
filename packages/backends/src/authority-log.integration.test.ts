import { describeCommitAuthority } from "@weir/runtime/conformance";
import { afterAll, expect, inject, it } from "vitest";
import { cappedKey, LogAuthority } from "./authority-log.ts";
import { createRedisLog } from "./log-redis.ts";
import { connectRedis } from "./redis-client.ts";

const { redisDataUrl } = inject("services");
const client = connectRedis(redisDataUrl, { enableOfflineQueue: true });
afterAll(() => client.disconnect());

describeCommitAuthority("our log on Redis", async () => {
	const authority = new LogAuthority(redisDataUrl);
	return {
		authority,
		write: async (medium, word) => medium.appendCapped("sink/rows", [Buffer.from(word)], 100),
		written: (task) => client.lrange(cappedKey(task.tenant, task.job, "sink/rows"), 0, -1),
		close: () => authority.close(),
	};
});

it("appends exchange frames with the checkpoint, readable by the log, and none when fenced", async () => {
	const authority = new LogAuthority(redisDataUrl);
	const log = createRedisLog(redisDataUrl);
	const task = { tenant: crypto.randomUUID(), job: crypto.randomUUID(), stage: "a", partition: 0 };
	const stream = { tenant: task.tenant, stream: `x:${task.job}:a.out` };
	const next = { position: { "e:pumps/0": "5-0" }, state: new Uint8Array(0), watermark: 5, counters: {}, put: new Map(), drop: [] };
	const commit = () =>
		authority.commit(
			task,
			1,
			{},
			() => next,
			async (medium) => {
				medium.append({ stream, partition: 0, frame: Buffer.from("first"), records: 3 });
				medium.append({ stream, partition: 1, frame: Buffer.from("second"), records: 4 });
				medium.append({ stream, partition: 0, frame: Buffer.from("third"), records: 5 });
				medium.appendCapped(
					"sink/rows",
					Array.from({ length: 2_500 }, (_, i) => Buffer.from(`row ${i}`)),
					1_000,
				);
			},
		);
	await authority.acquire(task, 1);
	expect(await commit()).toBe("committed");
	expect(await commit()).toBe("fenced");
	const [entries = []] = await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 1_000, waitMs: 0 });
	expect(entries.map((entry) => Buffer.from(entry.frame).toString())).toEqual(["first", "third"]);
	expect(await log.state(stream, 0)).toMatchObject({ records: 8 });
	expect(await log.state(stream, 1)).toMatchObject({ records: 4 });
	const kept = await client.lrange(cappedKey(task.tenant, task.job, "sink/rows"), 0, -1);
	expect(kept).toHaveLength(1_000);
	expect(kept.at(-1)).toBe("row 2499");
	await authority.forget(task.tenant, task.job);
	// Frames of an exchange are dropped with their stream.
	expect((await client.keys(`{t:${task.tenant}}:*`)).filter((key) => !/:[sm]:/.test(key))).toEqual([]);
	await Promise.all([authority.close(), log.close()]);
});
