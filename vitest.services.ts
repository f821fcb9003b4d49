import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createDatabase, startPostgres, startRedis, type TestServices } from "@weir/tooling";
import type { TestProject } from "vitest/node";

interface Started {
	readonly services: TestServices;
	stop(): Promise<void>;
}

interface Shared {
	users: number;
	started: Promise<Started>;
}

// The projects of one run load this file once each; they share the services through the process.
const SHARED = Symbol.for("weir.test-services");
const holder = globalThis as { [SHARED]?: Shared };

/** Starts one Postgres and two Redis for the whole run and hands their addresses to the test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const shared = holder[SHARED] ?? { users: 0, started: start() };
	holder[SHARED] = shared;
	shared.users += 1;
	const { services, stop } = await shared.started;
	project.provide("services", services);
	return async () => {
		shared.users -= 1;
		if (shared.users > 0) return;
		delete holder[SHARED];
		await stop();
	};
}

async function start(): Promise<Started> {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-test-"));
	const [postgres, control, data] = await Promise.all([
		startPostgres({ folder: path.join(folder, "postgres"), settings: { fsync: "off" } }),
		startRedis({ folder: path.join(folder, "redis-control"), appendfsync: "everysec" }),
		startRedis({ folder: path.join(folder, "redis-data"), appendfsync: "always" }),
	]);
	const stop = async () => {
		await Promise.all([postgres.stop(), control.stop(), data.stop()]);
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const templateDatabase = "weir_template";
		const template = await createDatabase(postgres.url, templateDatabase);
		const db: { migrate?: (url: string) => Promise<unknown> } = await import("@weir/db");
		await db.migrate?.(template);
		const databaseUrl = await createDatabase(postgres.url, "weir_test", templateDatabase);
		return { services: { databaseUrl, templateDatabase, redisUrl: control.url, redisDataUrl: data.url }, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
