import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startKafka } from "@weir/tooling";
import type { TestProject } from "vitest/node";

/** Starts one Kafka for the test files that want one; it costs seconds, so the others do not wait for it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-test-kafka-"));
	const kafka = await startKafka({ folder });
	project.provide("kafkaBrokers", kafka.brokers);
	return async () => {
		await kafka.stop();
		await rm(folder, { recursive: true, force: true });
	};
}
