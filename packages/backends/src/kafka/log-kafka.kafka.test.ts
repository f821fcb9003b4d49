import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeLog } from "@weir/runtime/conformance";
import { type RunningKafka, startKafka } from "@weir/tooling";
import { afterAll, beforeAll } from "vitest";
import { createKafkaLog } from "./log-kafka.ts";

// A process that is killed loses nothing that the system has, so the disk need not be waited for.
const settings = { "log.flush.interval.messages": String(Number.MAX_SAFE_INTEGER) };
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "weir-kafka-log-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeLog(
	"Kafka",
	async () => {
		let kafka: RunningKafka = await startKafka({ folder, settings });
		const log = createKafkaLog(kafka.brokers, { partitions: { endpoint: 1, exchange: 1 } });
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
					kafka = await startKafka({ folder, port, controllerPort, settings });
				},
			},
			close: async () => {
				await log.close();
				await kafka.stop();
			},
		};
	},
	{ outlivesService: true },
);
