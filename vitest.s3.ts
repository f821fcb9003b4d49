import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startS3 } from "@weir/tooling";
import type { TestProject } from "vitest/node";

/** Starts one S3 server for the test files that want one: the first time on a machine it is built, so the others do not wait for it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-test-s3-"));
	const { endpoint, accessKeyId, secretAccessKey, pid, stop } = await startS3({ folder });
	project.provide("s3", { endpoint, accessKeyId, secretAccessKey, pid });
	return async () => {
		await stop();
		await rm(folder, { recursive: true, force: true });
	};
}
