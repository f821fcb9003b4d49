import { connectRedis, createRedisLog } from "@weir/backends";
import type { Database } from "@weir/db";
import { appDatabaseUrl, openGateway } from "@weir/db";
import type { Log } from "@weir/runtime";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { Gateway } from "../src/gateway.ts";
import { aRealTenant, openRealDatabase, type RealTenant } from "./real.ts";
import { recordsOf, startTestGateway } from "./support.ts";

const services = inject("services");
let database: Database;
let water: RealTenant;
let gas: RealTenant;
let gateway: Gateway;
let log: Log;

beforeAll(async () => {
	database = await openRealDatabase(services.databaseUrl);
	[water, gas] = await Promise.all([aRealTenant(database), aRealTenant(database)]);
	gateway = await startTestGateway(services, openGateway({ appUrl: appDatabaseUrl(services.databaseUrl) }));
	log = createRedisLog(services.redisDataUrl);
});
afterAll(async () => {
	await gateway.close();
	await log.close();
	await database.close();
});

function post(key: string, token: string, body: string): Promise<Response> {
	const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
	return fetch(`http://127.0.0.1:${gateway.httpPort}/v1/${key}`, { method: "POST", headers, body });
}

describe("two tenants in the real database", () => {
	it("cannot reach each other's endpoints, whatever ids and tokens they swap", async () => {
		const [mine, theirs] = [await water.endpoint("http", {}), await gas.endpoint("http", {})];
		const [pump, valve] = [await water.device(), await gas.device()];
		expect((await post(mine.key, pump.token, "{}")).status).toBe(200);
		expect((await post(theirs.key, pump.token, "{}")).status).toBe(404);
		expect((await post(mine.key, valve.token, "{}")).status).toBe(404);
		expect((await post(theirs.id, pump.token, "{}")).status).toBe(404);
		const forged = pump.token.replace(pump.id, valve.id);
		expect((await post(theirs.key, forged, "{}")).status).toBe(401);
		expect(await recordsOf(log, { ...theirs, tenant: gas.id })).toEqual([]);
		await expect(
			mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { username: valve.id, password: forged, reconnectPeriod: 0 }, false),
		).rejects.toThrow();
	});

	it("publish the same topic each into its own endpoint", async () => {
		const settings = { topicFilter: "level/#" };
		const [mine, theirs] = [await water.endpoint("mqtt", settings), await gas.endpoint("mqtt", settings)];
		for (const [tenant, text] of [
			[water, '{"of":"water"}'],
			[gas, '{"of":"gas"}'],
		] as const) {
			const { id, token } = await tenant.device();
			const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { username: id, password: token });
			await client.publishAsync("level/1", text, { qos: 1 });
			await client.endAsync();
		}
		expect((await recordsOf(log, { ...mine, tenant: water.id })).map(({ text }) => text)).toEqual(['{"of":"water"}']);
		expect((await recordsOf(log, { ...theirs, tenant: gas.id })).map(({ text }) => text)).toEqual(['{"of":"gas"}']);
	});

	it("never mix over 1,000 parallel requests", async () => {
		const [mine, theirs] = [await water.endpoint("http", {}), await gas.endpoint("http", {})];
		const [pump, valve] = [await water.device(), await gas.device()];
		const answers = await Promise.all(
			Array.from({ length: 1_000 }, async (_, n) => {
				const isMine = n % 2 === 0;
				const isSwapped = n % 5 === 0;
				const { token } = isMine ? pump : valve;
				const answer = await post((isMine === isSwapped ? theirs : mine).key, token, `{"of":"${isMine ? "water" : "gas"}"}`);
				return answer.status === (isSwapped ? 404 : 200);
			}),
		);
		expect(answers.every(Boolean)).toBe(true);
		for (const [endpoint, tenant, name] of [
			[mine, water, "water"],
			[theirs, gas, "gas"],
		] as const) {
			const records = await recordsOf(log, { ...endpoint, tenant: tenant.id });
			expect(records).toHaveLength(400);
			expect(new Set(records.map(({ text }) => text))).toEqual(new Set([`{"of":"${name}"}`]));
		}
	});

	it("lose a device's access within 5 s after its token was revoked, announced or not", async () => {
		const endpoint = await water.endpoint("http", {});
		const control = connectRedis(services.redisUrl, { enableOfflineQueue: true });
		const revoked = async (announce: boolean) => {
			const pump = await water.device();
			expect((await post(endpoint.key, pump.token, "{}")).status).toBe(200);
			await water.revoke(pump.id, pump.credential);
			if (announce) await control.publish("revoked", JSON.stringify({ deviceId: pump.id }));
			const before = performance.now();
			while ((await post(endpoint.key, pump.token, "{}")).status !== 401) expect(performance.now() - before).toBeLessThan(5_000);
			return performance.now() - before;
		};
		expect(await revoked(true)).toBeLessThan(1_000);
		expect(await revoked(false)).toBeLessThan(5_000);
		control.disconnect();
	});

	it("lose a live MQTT session within 5 s after its token was revoked, also when nobody announces it", async () => {
		const pump = await water.device();
		const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, {
			username: pump.id,
			password: pump.token,
			reconnectPeriod: 0,
		});
		client.on("error", () => undefined);
		const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
		await water.revoke(pump.id, pump.credential);
		const before = performance.now();
		await closed;
		expect(performance.now() - before).toBeLessThan(5_000);
	});

	it("see when a device was last heard of", async () => {
		const endpoint = await water.endpoint("http", {});
		const pump = await water.device();
		await post(endpoint.key, pump.token, "{}");
		const heard = async () => (await database.openTenant(water.id).devices.get(pump.id)).lastSeenAtMs ?? 0;
		while ((await heard()) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
		expect(await heard()).toBeGreaterThan(Date.now() - 20_000);
	});

	it("are let in no more once theirs is deleted, over HTTP and over a line that is open", async () => {
		const oil = await aRealTenant(database);
		const [http, overMqtt] = [await oil.endpoint("http", {}), await oil.endpoint("mqtt", { topicFilter: "#" })];
		const { id, token } = await oil.device();
		const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { username: id, password: token, reconnectPeriod: 0 });
		await client.publishAsync("level", "{}", { qos: 1 });
		expect((await post(http.key, token, "{}")).status).toBe(200);
		const cut = new Promise<void>((closed) => client.once("close", () => closed()));
		const operator = await database.asOperator("a test deletes a tenant");
		const from = performance.now();
		await operator.deleteTenant(oil.id);
		await cut;
		await vi.waitFor(async () => expect((await post(http.key, token, "{}")).status).toBe(401), { timeout: 6_000, interval: 50 });
		expect(performance.now() - from).toBeLessThan(6_000);
		expect(await recordsOf(log, { ...overMqtt, tenant: oil.id })).toHaveLength(1);
	});
});
