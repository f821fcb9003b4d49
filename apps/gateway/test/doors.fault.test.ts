import { Agent, request } from "node:http";
import { createRedisLog } from "@weir/backends";
import type { Database } from "@weir/db";
import type { Log } from "@weir/runtime";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { aRealTenant, GatewayProcess, openRealDatabase, type RealTenant } from "./real.ts";
import { recordsOf } from "./support.ts";

const services = inject("services");
let database: Database;
let tenant: RealTenant;
let log: Log;
let gateway: GatewayProcess;

beforeAll(async () => {
	database = await openRealDatabase(services.databaseUrl);
	tenant = await aRealTenant(database);
	log = createRedisLog(services.redisDataUrl);
	gateway = await GatewayProcess.start(services);
});
afterAll(async () => {
	await gateway.end("SIGKILL");
	await log.close();
	await database.close();
});

/** Small and repeatable: the moments of the kills come from it. */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

const agent = new Agent({ keepAlive: true, maxSockets: 50 });

/** The status of one POST; 0 when the connection broke. */
function post(key: string, token: string, body: string): Promise<number> {
	return new Promise((resolve) => {
		const outgoing = request(
			{
				agent,
				host: "127.0.0.1",
				port: gateway.httpPort,
				path: `/v1/${key}`,
				method: "POST",
				headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "content-length": Buffer.byteLength(body) },
			},
			(response) => {
				response.resume();
				response.on("end", () => resolve(response.statusCode ?? 0));
				response.on("error", () => resolve(0));
			},
		);
		outgoing.on("error", () => resolve(0));
		outgoing.end(body);
	});
}

/** How often each id is in the log. */
async function timesStored(endpoint: { readonly id: string; readonly partitions: number }): Promise<Map<string, number>> {
	const times = new Map<string, number>();
	for (const { text } of await recordsOf(log, { ...endpoint, tenant: tenant.id })) {
		const { id } = JSON.parse(text);
		times.set(id, (times.get(id) ?? 0) + 1);
	}
	return times;
}

const EVENTS = 10_000;
const CLIENTS = 50;
const KILLS = 3;

describe("a gateway that is killed in the middle (F29)", () => {
	it("has each acknowledged HTTP event in the log once", async () => {
		const random = seeded(1);
		const endpoint = await tenant.endpoint("http", { messageIdField: "id", keyField: "pump" });
		const { token } = await tenant.device();
		const acknowledged: string[] = [];
		const kills = Array.from({ length: KILLS }, (_, n) => Math.floor(((n + 0.2 + 0.6 * random()) / KILLS) * EVENTS));
		let broken = 0;
		let next = 0;
		let reviving: Promise<void> | undefined;
		const client = async () => {
			for (let n = next++; n < EVENTS; n = next++) {
				const id = `${n}`;
				for (;;) {
					const status = await post(endpoint.key, token, JSON.stringify({ id, pump: `p${n % 97}` }));
					if (status === 200) break;
					broken++;
					expect([0, 503]).toContain(status);
					await (reviving ?? new Promise((resolve) => setTimeout(resolve, 10)));
				}
				acknowledged.push(id);
				if (kills.includes(acknowledged.length)) reviving = gateway.end("SIGKILL").then(() => gateway.revive());
			}
		};
		await Promise.all(Array.from({ length: CLIENTS }, client));
		const times = await timesStored(endpoint);
		expect(broken).toBeGreaterThan(0);
		expect(acknowledged).toHaveLength(EVENTS);
		expect(acknowledged.filter((id) => times.get(id) !== 1)).toEqual([]);
		expect(times.size).toBe(EVENTS);
	});

	it("has each acknowledged MQTT event in the log once", async () => {
		const endpoint = await tenant.endpoint("mqtt", { messageIdField: "id", topicFilter: "killed/#" });
		const acknowledged = new Set<string>();
		const clients = await Promise.all(
			Array.from({ length: 10 }, async () => {
				const device = await tenant.device();
				const options = { username: device.id, password: device.token, clientId: device.id, clean: false, reconnectPeriod: 100 };
				const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, options);
				client.on("error", () => undefined);
				return client;
			}),
		);
		const publishing = clients.map(async (client, c) => {
			for (let n = 0; n < 200; n++) {
				const id = `${c}-${n}`;
				await client.publishAsync(`killed/${c}`, JSON.stringify({ id }), { qos: 1 });
				acknowledged.add(id);
				if (acknowledged.size === 700) await gateway.end("SIGKILL").then(() => gateway.revive());
			}
		});
		await Promise.all(publishing);
		await Promise.all(clients.map((client) => client.endAsync()));
		const times = await timesStored(endpoint);
		expect(acknowledged.size).toBe(2_000);
		expect([...acknowledged].filter((id) => times.get(id) !== 1)).toEqual([]);
	});
});

describe("a gateway that is told to end (F24)", () => {
	it("answers what is under way, ends with 0 within 2 s, and has lost nothing it acknowledged", async () => {
		const endpoint = await tenant.endpoint("http", { messageIdField: "id" });
		const { token } = await tenant.device();
		const acknowledged: string[] = [];
		let isOver = false;
		const clients = Array.from({ length: 20 }, async (_, c) => {
			for (let n = 0; !isOver; n++) {
				const id = `${c}-${n}`;
				if ((await post(endpoint.key, token, JSON.stringify({ id }))) === 200) acknowledged.push(id);
				else await new Promise((resolve) => setTimeout(resolve, 5));
			}
		});
		while (acknowledged.length < 500) await new Promise((resolve) => setTimeout(resolve, 5));
		const before = performance.now();
		expect(await gateway.end("SIGTERM")).toBe(0);
		expect(performance.now() - before).toBeLessThan(2_000);
		isOver = true;
		await Promise.all(clients);
		await gateway.revive();
		const times = await timesStored(endpoint);
		expect(acknowledged.filter((id) => times.get(id) !== 1)).toEqual([]);
	});
});
