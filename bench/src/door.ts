import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { appDatabaseUrl, createSealer, migrate, openDatabase } from "@weir/db";
import { createDatabase, freePort, isPortBusy, startPostgres, startRedis } from "@weir/tooling";
import { cpuMicros, type Load, type LoadResult, runLoad } from "./door-load.ts";
import { keepTable, machine, median } from "./report.ts";

/*
 * Door → log: single HTTP events acknowledged from the log on disk, against a bare node:http that answers 202.
 * Both run in this one run, in turns; what counts is the ratio of their processor time per request (goal: at most 2).
 */
const ROUNDS = 5;
const REQUESTS = 30_000;
const WARM_UP = 15_000;
const CONNECTIONS = 256;
/** As the product starts its processes. */
const STRIP_TYPES = path.join(import.meta.dirname, "../../scripts/strip-types.mjs");
const PEPPER = "a pepper for the benchmark";
/** As in the reference flow: 133 bytes, one device per connection, so that all partitions of the stream are written. */
const eventOf = (device: number) =>
	JSON.stringify({
		deviceId: `device-${String(device).padStart(6, "0")}`,
		ts: 1_780_000_000_000,
		temperature: 21.53,
		humidity: 44.1,
		status: "ok",
		seq: 123_456,
		battery: 3.71,
		fw: "1.4.2",
	});

interface Round extends LoadResult {
	readonly cpu: number;
	readonly redisCpu: number;
}

const folder = await mkdtemp(path.join(tmpdir(), "weir-bench-"));
const stops: (() => Promise<unknown>)[] = [];
try {
	await main();
} finally {
	for (const stop of stops.reverse()) await stop();
	await rm(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
	const postgres = await startPostgres({ folder: path.join(folder, "postgres"), settings: { fsync: "off" } });
	stops.push(() => postgres.stop());
	const control = await startRedis({ folder: path.join(folder, "control") });
	stops.push(() => control.stop());
	const data = await startRedis({ folder: path.join(folder, "data"), appendfsync: "always" });
	stops.push(() => data.stop());
	const { key, token } = await seed(postgres.url);

	const [httpPort, mqttPort, metricsPort, barePort] = [await freePort(), await freePort(), await freePort(), await freePort()];
	const gateway = await startProcess(path.join(import.meta.dirname, "../../apps/gateway/src/main.ts"), [], httpPort, {
		APP_DATABASE_URL: appDatabaseUrl(postgres.url),
		REDIS_URL: control.url,
		REDIS_DATA_URL: data.url,
		WEIR_PEPPER: PEPPER,
		GATEWAY_HOST: "127.0.0.1",
		GATEWAY_HTTP_PORT: String(httpPort),
		GATEWAY_MQTT_PORT: String(mqttPort),
		METRICS_PORT: String(metricsPort),
		GATEWAY_DEVICE_RECORDS_PER_SECOND: "1000000",
		GATEWAY_DEVICE_BYTES_PER_SECOND: "1000000000",
		LOG_LEVEL: "error",
	});
	const bare = await startProcess(path.join(import.meta.dirname, "door-bare.ts"), [String(barePort)], barePort, {});

	const door: Omit<Load, "requests"> = {
		port: httpPort,
		connections: CONNECTIONS,
		requestOf: (n) => requestTo(key, token, eventOf(n)),
		status: "200",
	};
	const yardstick: Omit<Load, "requests"> = { ...door, port: barePort, status: "202" };
	for (const load of [door, yardstick]) await runLoad({ ...load, requests: WARM_UP });
	const rounds: { readonly door: Round; readonly bare: Round }[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		rounds.push({ bare: await measure(yardstick, bare, data.pid), door: await measure(door, gateway, data.pid) });
	}
	report(rounds);
}

async function measure(load: Omit<Load, "requests">, child: ChildProcess, redisPid: number): Promise<Round> {
	const [before, redisBefore] = [cpuMicros(child.pid ?? 0), cpuMicros(redisPid)];
	const result = await runLoad({ ...load, requests: REQUESTS });
	return { ...result, cpu: (cpuMicros(child.pid ?? 0) - before) / REQUESTS, redisCpu: (cpuMicros(redisPid) - redisBefore) / REQUESTS };
}

function report(rounds: readonly { readonly door: Round; readonly bare: Round }[]): void {
	const line = (name: string, all: readonly Round[]) => {
		const of = (pick: (round: Round) => number) => median(all.map(pick));
		const figures = [of((r) => r.cpu), of((r) => r.redisCpu), of((r) => r.perSecond), of((r) => r.p50Ms), of((r) => r.p99Ms)];
		return `| ${name} | ${figures.map((n) => n.toFixed(1)).join(" | ")} |`;
	};
	const ratio = median(rounds.map(({ door, bare }) => door.cpu / bare.cpu));
	const lines = [
		`Median of ${ROUNDS} interleaved rounds of ${REQUESTS.toLocaleString("en")} requests over ${CONNECTIONS} connections.`,
		"",
		machine(),
		"",
		"| door | CPU µs/request | Redis CPU µs/request | requests/s | p50 ms | p99 ms |",
		"| --- | --- | --- | --- | --- | --- |",
		line(
			"bare node:http, 202",
			rounds.map(({ bare }) => bare),
		),
		line(
			"gateway, 200 from the log on disk",
			rounds.map(({ door }) => door),
		),
		"",
		`**${ratio.toFixed(2)} ×** the processor time of the bare server.`,
	];
	process.stdout.write(`${lines.join("\n")}\n`);
	keepTable("door", lines);
}

async function seed(databaseUrl: string): Promise<{ readonly key: string; readonly token: string }> {
	await migrate(databaseUrl);
	const resultsUrl = await createDatabase(databaseUrl, "results");
	const sealer = createSealer(randomBytes(32).toString("base64"));
	const database = openDatabase({ appUrl: appDatabaseUrl(databaseUrl), resultsUrl, sealer, pepper: PEPPER });
	stops.push(() => database.close());
	const person = { name: "Bench", email: "bench@example.org", password: "correct horse battery", tenantName: "Bench" };
	const made = await database.accounts.signUp(person);
	if (made === undefined) throw new Error("The tenant of the benchmark could not be made.");
	const tenant = database.openTenant(made.tenantId);
	const flow = await tenant.flows.create({ name: "bench", content: { schemaVersion: 1, nodes: [], edges: [] }, by: made.userId });
	const settings = { format: "json", maxRecordBytes: 65_536, keyField: "deviceId" } as const;
	await tenant.drafts.ensureEndpoints(flow, [{ node: "source", protocol: "http", settings }]);
	const [endpoint] = await tenant.endpoints.ofFlow(flow);
	const { token } = await tenant.devices.create("bench", made.userId);
	if (endpoint === undefined) throw new Error("The endpoint of the benchmark could not be made.");
	return { key: endpoint.key, token };
}

function requestTo(key: string, token: string, event: string): Buffer {
	const head = [
		`POST /v1/${key} HTTP/1.1`,
		"host: localhost",
		`authorization: Bearer ${token}`,
		"content-type: application/json",
		`content-length: ${Buffer.byteLength(event)}`,
	];
	return Buffer.from(`${head.join("\r\n")}\r\n\r\n${event}`);
}

async function startProcess(file: string, args: readonly string[], port: number, env: Record<string, string>): Promise<ChildProcess> {
	const child = spawn(process.execPath, ["--import", STRIP_TYPES, file, ...args], {
		env: { ...process.env, ...env },
		stdio: ["ignore", "ignore", "inherit"],
	});
	stops.push(
		() =>
			new Promise((resolve) => {
				if (child.exitCode !== null) resolve(undefined);
				child.once("exit", resolve);
				child.kill("SIGTERM");
			}),
	);
	while (!(await isPortBusy(port))) {
		if (child.exitCode !== null) throw new Error(`A process of the benchmark ended with code ${child.exitCode}.`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	return child;
}
