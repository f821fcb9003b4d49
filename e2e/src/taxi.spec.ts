import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import pg from "pg";
import { type Person, signUp } from "./support/api.ts";
import { freePorts, type Product, runProduct } from "./support/run-product.ts";
import { aRandom, playTaxis, type TaxiDoors, taxiDeliveries } from "./support/taxis.ts";
import { type TaxiHour, taxiOracle } from "./taxi-oracle.ts";

const FILE = new URL("../data/taxi.csv", import.meta.url).pathname;

let product: Product | undefined;
let oracle: readonly TaxiHour[];

test.describe.configure({ mode: "serial", timeout: 180_000 });

test.beforeAll(async () => {
	test.setTimeout(300_000);
	product = await runProduct(await mkdtemp(path.join(tmpdir(), "weir-taxi-")), await freePorts());
	oracle = await taxiOracle(FILE);
});

test.afterAll(async () => {
	if (product === undefined) return;
	await product.stop("SIGTERM");
	await rm(product.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test("the taxi table equals what DuckDB computes from the clean file", async () => {
	const flow = await deployTaxis();
	await playTaxis(flow.doors, taxiDeliveries(FILE, 11), 11);
	await expectOracle(flow);
});

test("five stream workers are killed while trips come in, and the table is the same", async () => {
	const flow = await deployTaxis();
	const random = aRandom(22);
	const killing = killStreamWorkers(random);
	await playTaxis(flow.doors, taxiDeliveries(FILE, 22), 22, { pauseMs: 12 });
	await killing;
	await expectOracle(flow);
});

test("everything is restarted in the middle, and the table is the same", async () => {
	const flow = await deployTaxis();
	const deliveries = taxiDeliveries(FILE, 33);
	const half = Math.floor(deliveries.length / 2);
	await playTaxis(flow.doors, deliveries.slice(0, half), 33);
	const { folder, ports, stop } = running();
	await stop("SIGTERM");
	product = await runProduct(folder, ports);
	await playTaxis(flow.doors, deliveries.slice(half), 34);
	await expectOracle(flow);
});

interface TaxiFlow {
	readonly person: Person;
	readonly id: string;
	readonly doors: TaxiDoors;
}

function running(): Product {
	if (product === undefined) throw new Error("The product does not run.");
	return product;
}

interface Connected {
	readonly device: { readonly id: string };
	readonly token: string;
	readonly topic?: string;
}

/** A new tenant with the template deployed as it is, and one credential for each door. */
async function deployTaxis(): Promise<TaxiFlow> {
	const person = await signUp(running().url, "Taxis");
	const flow = await person.post<{ id: string; draft: { rev: number } }>("/flows", { name: "Taxi trips", template: "taxi-trips" });
	await person.post(`/flows/${flow.id}/deploy`, { rev: flow.draft.rev, note: "first" });
	const endpoints = await person.get<readonly { id: string; protocol: string; url: string }[]>(`/flows/${flow.id}/endpoints`);
	const connect = async (protocol: string) => {
		const endpoint = endpoints.find((candidate) => candidate.protocol === protocol);
		if (endpoint === undefined) throw new Error(`The flow has no ${protocol} endpoint.`);
		const connected = await person.post<Connected>(`/flows/${flow.id}/endpoints/${endpoint.id}/connect`, {});
		return { url: endpoint.url, device: connected.device.id, token: connected.token, topic: connected.topic ?? "taxi/trips" };
	};
	return { person, id: flow.id, doors: { http: await connect("http"), mqtt: await connect("mqtt") } };
}

/** Drains the flow, which closes its last windows, and compares the table row for row. */
async function expectOracle({ person, id }: TaxiFlow): Promise<void> {
	await person.post(`/flows/${id}/actions/drain`);
	await expect
		.poll(async () => (await person.get<{ job?: { state: string } }>(`/flows/${id}/overview`)).job?.state, {
			timeout: 60_000,
			intervals: [250],
		})
		.toBe("finished");
	expect(await tableOf(person)).toEqual(oracle);
	// The figures follow the commits a moment later.
	const ledger = async () => {
		const { metrics } = await person.get<{ metrics: { ledger?: Record<string, number> } }>(`/flows/${id}/overview`);
		const { difference, waiting, inFlight } = metrics.ledger ?? {};
		return { difference, waiting, inFlight };
	};
	await expect.poll(ledger, { timeout: 10_000 }).toEqual({ difference: 0, waiting: 0, inFlight: 0 });
}

async function tableOf({ tenantId }: Person): Promise<readonly TaxiHour[]> {
	const client = new pg.Client(resultsUrl(running().folder));
	await client.connect();
	try {
		// The built-in Postgres gives each tenant a schema of its own, named after the tenant.
		const schema = client.escapeIdentifier(`t_${tenantId.replaceAll("-", "").slice(0, 20)}`);
		const { rows } = await client.query(`select * from ${schema}.taxi_hours order by window_start, payment_type`);
		return rows.map((row) => ({
			windowStart: (row.window_start as Date).toISOString(),
			paymentType: String(row.payment_type),
			trips: Number(row.trips),
			averageFare: Number(row.average_fare),
			longestTrip: Number(row.longest_trip),
		}));
	} finally {
		await client.end();
	}
}

/** Address of the embedded Postgres' results, as its administrator. */
function resultsUrl(folder: string): string {
	const { postgresPassword } = JSON.parse(readFileSync(path.join(folder, "secrets.json"), "utf8")) as { postgresPassword: string };
	const port = readFileSync(path.join(folder, "postgres/postmaster.pid"), "utf8").split("\n")[3];
	return `postgresql://weir:${encodeURIComponent(postgresPassword)}@127.0.0.1:${port}/weir_results`;
}

/** Five kills at random moments; each waits until the supervisor has the victim back, so that five different processes die. */
async function killStreamWorkers(random: () => number): Promise<void> {
	for (let kill = 0; kill < 5; kill++) {
		await pause(300 + random() * 900);
		const name = random() < 0.5 ? "stream-1" : "stream-2";
		const victim = running().pids()[name];
		if (victim === undefined) throw new Error(`${name} does not run.`);
		process.kill(victim, "SIGKILL");
		await expect.poll(() => running().pids()[name] ?? victim, { timeout: 15_000, intervals: [100] }).not.toBe(victim);
	}
}
