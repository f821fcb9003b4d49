import { createHash, randomUUID } from "node:crypto";
import type { CheckpointStep, StreamRef, TaskRef } from "@weir/runtime";
import { describeCommitAuthority } from "@weir/runtime/conformance";
import { afterAll, describe, expect, inject, it } from "vitest";
import { KafkaAuthority } from "./authority-kafka.ts";
import { readCapped } from "./capped.ts";
import { isFenced } from "./kafka-errors.ts";
import { createKafkaLog } from "./log-kafka.ts";
import { cappedTopic } from "./topic-names.ts";
import { TransactionalProducer } from "./transactions.ts";
import { KafkaClient } from "./wire.ts";

const kafkaBrokers = inject("kafkaBrokers");
const client = new KafkaClient(kafkaBrokers);
afterAll(() => client.close());

const listOf = (task: TaskRef) => readCapped(kafkaBrokers, task.tenant, task.job, "sink/rows");

describeCommitAuthority("our log on Kafka", async () => {
	const authority = new KafkaAuthority(kafkaBrokers);
	return {
		authority,
		write: async (medium, word) => medium.appendCapped("sink/rows", [Buffer.from(word)], 100),
		written: listOf,
		close: () => authority.close(),
	};
});

function aTask(): TaskRef {
	return { tenant: randomUUID(), job: randomUUID(), stage: "a", partition: 0 };
}

function step(at: string, more: Partial<CheckpointStep> = {}): CheckpointStep {
	return { position: { "e:pumps/0": at }, state: Uint8Array.of(1), watermark: 5, counters: {}, put: new Map(), drop: [], ...more };
}

describe("commits in Kafka", () => {
	// Mutant: a holder that asks for epoch 0 instead of none is refused itself, and the one before commits.
	it("refuses the process that held the task before, with all of its output, and not the new one", async () => {
		const [old, young] = [new KafkaAuthority(kafkaBrokers), new KafkaAuthority(kafkaBrokers)];
		const task = aTask();
		const commit = (authority: KafkaAuthority, generation: number, word: string) =>
			authority.commit(
				task,
				generation,
				{},
				() => step(word),
				async (medium) => medium.appendCapped("sink/rows", [Buffer.from(word)], 100),
			);
		await old.acquire(task, 1);
		await young.acquire(task, 2);
		expect(await commit(old, 1, "zombie")).toBe("fenced");
		expect(await commit(young, 2, "owner")).toBe("committed");
		expect(await listOf(task)).toEqual(["owner"]);
		expect((await old.read(task))?.position).toEqual({ "e:pumps/0": "owner" });
		await Promise.all([old.close(), young.close()]);
	});

	it("gives up what a dead holder left unfinished as soon as there is a new one, so that readers go on", async () => {
		const task = aTask();
		const topic = cappedTopic(task.tenant, task.job, "sink/rows");
		await client.ensure(topic, 1, {});
		const records = (word: string) => [{ topic, partition: 0, value: Buffer.from(word) }];
		const dead = await TransactionalProducer.open(client, topic, 60_000);
		const half = dead.commit([{ topic, partition: 0, records: records("half") }], async () => {
			throw new Error("the worker died before the end");
		});
		await expect(half).rejects.toThrow("the worker died");
		const next = await TransactionalProducer.open(client, topic, 60_000);
		await next.commit([{ topic, partition: 0, records: records("whole") }]);
		expect(await listOf(task)).toEqual(["whole"]);
		await expect(dead.commit([{ topic, partition: 0, records: records("again") }])).rejects.toSatisfy(isFenced);
	});

	it("appends exchange frames with the checkpoint, readable by the log, and none when fenced", async () => {
		const authority = new KafkaAuthority(kafkaBrokers);
		const log = createKafkaLog(kafkaBrokers);
		const task = aTask();
		const stream: StreamRef = { tenant: task.tenant, stream: `x:${task.job}:a.out` };
		const commit = () =>
			authority.commit(
				task,
				1,
				{},
				() => step("5"),
				async (medium) => {
					medium.append({ stream, partition: 0, frame: Buffer.from("first"), records: 3 });
					medium.append({ stream, partition: 1, frame: Buffer.from("second"), records: 4 });
					medium.append({ stream, partition: 0, frame: Buffer.from("third"), records: 5 });
				},
			);
		await authority.acquire(task, 1);
		expect(await commit()).toBe("committed");
		expect(await commit()).toBe("fenced");
		await expect.poll(async () => (await log.state(stream, 0)).records, { timeout: 10_000 }).toBe(8);
		const [entries = []] = await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 1_000, waitMs: 0 });
		expect(entries.map((entry) => Buffer.from(entry.frame).toString())).toEqual(["first", "third"]);
		expect((await log.state(stream, 0)).last).toBe(entries.at(-1)?.id);
		await expect.poll(async () => (await log.state(stream, 1)).records, { timeout: 10_000 }).toBe(4);
		await Promise.all([authority.close(), log.close()]);
	});

	it("keeps a part of many megabytes, and gives it to another process", async () => {
		const [one, other] = [new KafkaAuthority(kafkaBrokers), new KafkaAuthority(kafkaBrokers)];
		const task = aTask();
		const part = Buffer.alloc(5_000_001, "litres of water ");
		await one.acquire(task, 1);
		await one.commit(
			task,
			1,
			{},
			() => step("1", { put: new Map([[7, part]]) }),
			async () => {},
		);
		const kept = (await other.acquire(task, 2))?.parts.get(7);
		const digest = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("hex");
		expect(digest(kept ?? Buffer.alloc(0))).toBe(digest(part));
		await Promise.all([one.close(), other.close()]);
	});
});
