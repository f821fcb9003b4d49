import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isWeirError } from "@weir/errors";
import type { Log, StreamRef } from "@weir/runtime";
import { describeLog } from "@weir/runtime/conformance";
import { type RunningKafka, startKafka } from "@weir/tooling";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKafkaLog } from "./log-kafka.ts";

const partitions = { endpoint: 1, exchange: 1 };
let folder: string;
let kafka: RunningKafka;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "weir-kafka-log-"));
	kafka = await startKafka({ folder });
});
afterAll(async () => {
	await kafka.stop();
	await rm(folder, { recursive: true, force: true });
});

describe("log on Kafka", () => {
	const stream = { tenant: "water", stream: "e:pump" };
	const read = async (log: Log, from: StreamRef) => {
		const [entries = []] = await log.read([{ stream: from, partition: 0, after: "" }], { maxBytes: 100_000, waitMs: 5_000 });
		return entries.map(({ frame }) => Buffer.from(frame).toString());
	};

	// Mutant: a repeat that goes out under new numbers is stored twice.
	it("adds nothing when an append whose answer never came is repeated, though the first one was stored after all", async () => {
		const log = createKafkaLog(kafka.brokers, { partitions, requestMs: 2_000 });
		const append = (text: string, seq: number) => log.append(stream, 0, Buffer.from(text), 1, { id: "p", seq });
		const kept = (text: string, seq: number) => expect.poll(() => append(text, seq).then(String, () => "away"), { timeout: 20_000 });
		await kept("before", 1).toBe("0");
		kafka.process.kill("SIGSTOP");
		try {
			// Its threads stop one after the other.
			await expect.poll(() => threadsAtWork(kafka.pid), { timeout: 20_000 }).toBe(0);
			await expect(append("in doubt", 2)).rejects.toSatisfy((error) => isWeirError(error) && error.code === "LOG_UNAVAILABLE");
		} finally {
			kafka.process.kill("SIGCONT");
		}
		// The broker finds the request in its socket.
		const other = createKafkaLog(kafka.brokers, { partitions });
		await expect.poll(async () => (await other.state(stream, 0)).records, { timeout: 20_000 }).toBe(2);
		await kept("in doubt", 2).toBe("1");
		await kept("after", 3).toBe("2");
		expect(await read(log, stream)).toEqual(["before", "in doubt", "after"]);
		await Promise.all([log.close(), other.close()]);
	});

	it("says LOG_FULL when the disk of a broker is as full as it may be, and can still be read", async () => {
		const before = createKafkaLog(kafka.brokers, { partitions });
		const full = { tenant: "water", stream: "e:full" };
		await before.append(full, 0, Buffer.from("kept"), 1, { id: "p", seq: 1 });
		const log = createKafkaLog(kafka.brokers, { partitions, fullAt: 0 });
		const isFull = (error: unknown) => isWeirError(error) && error.code === "LOG_FULL" && (error.retryAfterMs ?? 0) > 0;
		let seq = 100;
		const append = () => log.append(full, 0, Buffer.from("x"), 1, { id: "q", seq: ++seq }).then(() => undefined, isFull);
		await expect.poll(append, { timeout: 10_000 }).toBe(true);
		expect(await log.memoryUse()).toBeGreaterThan(0);
		expect((await read(log, full))[0]).toBe("kept");
		await Promise.all([log.close(), before.close()]);
	});
});

describeLog(
	"Kafka",
	async () => {
		const log = createKafkaLog(kafka.brokers, { partitions });
		return {
			log,
			service: {
				kill: async () => {
					const ended = once(kafka.process, "exit");
					kafka.process.kill("SIGKILL");
					await ended;
				},
				revive: async () => {
					const { port, controllerPort } = kafka;
					kafka = await startKafka({ folder, port, controllerPort });
				},
			},
			close: () => log.close(),
		};
	},
	{ outlivesService: true, neverSeals: true },
);

/** How many threads of a process do not stand still. */
async function threadsAtWork(pid: number): Promise<number> {
	const folder = `/proc/${pid}/task`;
	const states = await Promise.all((await readdir(folder)).map((thread) => readFile(path.join(folder, thread, "stat"), "utf8")));
	return states.filter((state) => !/\) [Tt] /.test(state)).length;
}
