import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startKafka } from "@weir/tooling";
import type { TestProject } from "vitest/node";

/** Starts one Kafka for the test files that want one; it costs seconds, so the others do not wait for it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-test-kafka-"));
	// Nothing here survives a power cut, and flushing takes most of the time.
	const kafka = await startKafka({ folder, settings: { "log.flush.interval.messages": String(Number.MAX_SAFE_INTEGER) } });
	project.provide("kafkaBrokers", kafka.brokers);
	return async () => {
		await kafka.stop();
		await rm(folder, { recursive: true, force: true });
	};
}
