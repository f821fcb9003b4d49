import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRedisLog } from "@weir/backends";
import { type RunningRedis, startRedis } from "@weir/tooling";
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { Gateway } from "../src/gateway.ts";
import { MemoryStore, recordsOf, startTestGateway } from "./support.ts";

const { redisUrl } = inject("services");
const tenant = "00000000-0000-4000-8000-00000000000a";
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "weir-outage-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A gateway on a data Redis of its own, which a test may kill and fill. */
async function aHouse(name: string, settings: Record<string, string> = {}, env: Record<string, string> = {}) {
	const store = new MemoryStore();
	const options = { folder: path.join(folder, name), appendfsync: "always", settings } as const;
	let redis: RunningRedis = await startRedis(options);
	const gateway = await startTestGateway({ redisUrl, redisDataUrl: redis.url }, store, env);
	const log = createRedisLog(redis.url);
	const pump = store.device(tenant);
	return {
		store,
		gateway,
		log,
		pump,
		kill: async () => {
			const ended = once(redis.process, "exit");
			redis.process.kill("SIGKILL");
			await ended;
		},
		revive: async () => {
			redis = await startRedis({ ...options, port: redis.port });
		},
		post: (key: string, body: string, token = pump.token) => post(gateway, key, token, body),
		connect: (device = pump): Promise<MqttClient> =>
			mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { username: device.id, password: device.token, reconnectPeriod: 100 }),
		close: async () => {
			await gateway.close();
			await log.close();
			await redis.stop();
		},
	};
}

function post(gateway: Gateway, key: string, token: string, body: string): Promise<Response> {
	const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
	return fetch(`http://127.0.0.1:${gateway.httpPort}/v1/${key}`, { method: "POST", headers, body });
}

describe("doors without their log (F5)", () => {
	it("answer 503 and hold PUBACKs while it is away, lose nothing they acknowledged, and go on within 3 s", async () => {
		const house = await aHouse("killed");
		const http = house.store.endpoint(tenant, { settings: { messageIdField: "id" } });
		const overMqtt = house.store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#", messageIdField: "id" } });
		const acknowledged: string[] = [];
		const statuses = new Set<number>();
		let isOver = false;
		const posting = Array.from({ length: 10 }, async (_, c) => {
			for (let n = 0; !isOver; n++) {
				const id = `${c}-${n}`;
				const answer = await house.post(http.key, JSON.stringify({ id }));
				statuses.add(answer.status);
				if (answer.status === 200) acknowledged.push(id);
				else expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
			}
		});
		const client = await house.connect();
		try {
			await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(100), 10_000);
			await house.kill();
			let isHeld = true;
			const held = client.publishAsync("t", '{"id":"held"}', { qos: 1 }).then(() => {
				isHeld = false;
			});
			await vi.waitFor(() => expect(statuses).toContain(503), 10_000);
			expect(isHeld).toBe(true);
			await house.revive();
			const back = performance.now();
			const before = acknowledged.length;
			await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before), 10_000);
			await held;
			expect(performance.now() - back).toBeLessThan(3_000);
		} finally {
			isOver = true;
			await Promise.all(posting);
			await client.endAsync(true);
		}
		const ids = (await recordsOf(house.log, http)).map(({ text }) => JSON.parse(text).id);
		expect(acknowledged.filter((id) => ids.filter((one) => one === id).length !== 1)).toEqual([]);
		expect((await recordsOf(house.log, overMqtt)).map(({ text }) => text)).toEqual(['{"id":"held"}']);
		expect([...statuses].sort()).toEqual([200, 503]);
		await house.close();
	});

	it("tell whoever asks that they are not ready", async () => {
		const house = await aHouse("ready");
		const ready = () => fetch(`http://127.0.0.1:${house.gateway.healthPort}/readyz`).then(({ status }) => status);
		expect(await ready()).toBe(200);
		await house.kill();
		expect(await ready()).toBe(503);
		await house.revive();
		await vi.waitFor(async () => expect(await ready()).toBe(200), 5_000);
		await house.close();
	});
});

describe("doors before a log that is full (F9)", () => {
	it("answer 503 with Retry-After at 85 % and hold PUBACKs until there is room", async () => {
		const house = await aHouse("full", { maxmemory: "8mb" });
		const http = house.store.endpoint(tenant);
		const overMqtt = house.store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#" } });
		const body = JSON.stringify({ text: "x".repeat(60_000) });
		let answer: Response;
		do answer = await house.post(http.key, body);
		while (answer.status === 200);
		expect([answer.status, Number(answer.headers.get("retry-after"))]).toEqual([503, 5]);
		expect(await answer.json()).toMatchObject({ code: "LOG_FULL" });
		const client = await house.connect();
		let isHeld = true;
		const held = client.publishAsync("t", body, { qos: 1 }).then(() => {
			isHeld = false;
		});
		await vi.waitFor(async () => expect((await house.post(http.key, body)).status).toBe(503));
		expect(isHeld).toBe(true);
		for (let partition = 0; partition < http.partitions; partition++) {
			const place = { tenant, stream: `e:${http.id}` };
			await house.log.trim(place, partition, (await house.log.state(place, partition)).last);
		}
		await held;
		expect(await recordsOf(house.log, overMqtt)).toHaveLength(1);
		await vi.waitFor(async () => expect((await house.post(http.key, body)).status).toBe(200), 5_000);
		await client.endAsync(true);
		await house.close();
	});
});

describe("an HTTP door with its hands full", () => {
	it("answers 503 to bodies beyond what it may hold, and takes them when there is room again", async () => {
		const house = await aHouse("hands", {}, { GATEWAY_BUFFER_BYTES: "100000" });
		const { key } = house.store.endpoint(tenant);
		const headers = { authorization: `Bearer ${house.pump.token}`, "content-type": "application/json", "transfer-encoding": "chunked" };
		const half = () => {
			const slow = request({ port: house.gateway.httpPort, path: `/v1/${key}`, method: "POST", headers });
			slow.on("error", () => undefined);
			slow.write(`{"text":"${"x".repeat(60_000)}`);
			return slow;
		};
		const first = half();
		const second = half();
		const [refused] = await Promise.race([once(first, "response"), once(second, "response")]);
		expect(refused.statusCode).toBe(503);
		first.destroy();
		second.destroy();
		await vi.waitFor(async () => expect((await house.post(key, "{}")).status).toBe(200));
		await house.close();
	});
});

describe("doors without the database (F10)", () => {
	it("go on for whom they know, answer 503 to whom they do not, and learn again when it is back", async () => {
		const house = await aHouse("database");
		const { key } = house.store.endpoint(tenant);
		const stranger = house.store.device(tenant);
		expect((await house.post(key, "{}")).status).toBe(200);
		house.store.isAway = true;
		// Older than the directory keeps an answer unasked.
		vi.useFakeTimers({ toFake: ["performance"] });
		vi.advanceTimersByTime(60_000);
		vi.useRealTimers();
		expect((await house.post(key, "{}")).status).toBe(200);
		expect((await house.post(key, "{}", stranger.token)).status).toBe(503);
		house.store.isAway = false;
		await vi.waitFor(async () => expect((await house.post(key, "{}", stranger.token)).status).toBe(200), 5_000);
		await house.close();
	});
});

describe("doors before a device that sends too much", () => {
	it("answer 429 with Retry-After over HTTP, and read slower over MQTT without refusing", async () => {
		const house = await aHouse("greedy", {}, { GATEWAY_DEVICE_RECORDS_PER_SECOND: "5" });
		const { key } = house.store.endpoint(tenant);
		const overMqtt = house.store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#" } });
		const quiet = house.store.device(tenant);
		const answers: Response[] = [];
		while (answers.at(-1)?.status !== 429) answers.push(await house.post(key, "{}"));
		expect(answers.length).toBeGreaterThan(10);
		expect(new Set(answers.slice(0, -1).map(({ status }) => status))).toEqual(new Set([200]));
		expect(answers.at(-1)?.headers.get("retry-after")).toBe("1");
		expect((await house.post(key, "{}", quiet.token)).status).toBe(200);
		const client = await house.connect(house.store.device(tenant));
		const before = performance.now();
		await Promise.all(Array.from({ length: 15 }, (_, n) => client.publishAsync("t", `{"n":${n}}`, { qos: 1 })));
		expect(performance.now() - before).toBeGreaterThan(800);
		expect(await recordsOf(house.log, overMqtt)).toHaveLength(15);
		await client.endAsync(true);
		await house.close();
	});
});
