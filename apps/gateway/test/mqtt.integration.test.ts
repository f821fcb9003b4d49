import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { connectRedis, createRedisLog, type Redis, topicsSeen } from "@weir/backends/log";
import type { Log } from "@weir/runtime";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { generate } from "mqtt-packet";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { Gateway } from "../src/gateway.ts";
import { MqttLine } from "./mqtt-line.ts";
import { MemoryStore, recordsOf, startTestGateway } from "./support.ts";

const run = promisify(execFile);
const services = inject("services");
const store = new MemoryStore();
let gateway: Gateway;
let log: Log;
let control: Redis;
const clients: MqttClient[] = [];

beforeAll(async () => {
	gateway = await startTestGateway(services, store);
	log = createRedisLog(services.redisDataUrl);
	control = connectRedis(services.redisUrl, { enableOfflineQueue: true });
});
afterEach(async () => {
	await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
});
afterAll(async () => {
	await gateway.close();
	await log.close();
	control.disconnect();
});

type Version = 4 | 5;

interface Credential {
	readonly id: string;
	readonly token: string;
}

async function connect({ id, token }: Credential, version: Version, options: IClientOptions = {}): Promise<MqttClient> {
	const client = await mqtt.connectAsync(
		`mqtt://127.0.0.1:${gateway.mqttPort}`,
		{ username: id, password: token, protocolVersion: version, reconnectPeriod: 0, ...options },
		false,
	);
	client.on("error", () => undefined);
	clients.push(client);
	return client;
}

const texts = async (endpoint: Parameters<typeof recordsOf>[1]) => (await recordsOf(log, endpoint)).map(({ text }) => text);

let tenants = 0;
function aTenant(): string {
	return `00000000-0000-4000-8000-${String(++tenants).padStart(12, "0")}`;
}

describe.each([4, 5] as const)("MQTT door, version %i", (version) => {
	it("stores what comes to a source that was drawn a moment ago", async () => {
		const tenant = aTenant();
		store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "old" } });
		const client = await connect(store.device(tenant), version);
		await client.publishAsync("old", "{}", { qos: 1 });
		const fresh = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "new" } });
		// A person takes longer than this from the drawing to the first record.
		await vi.waitFor(
			async () => {
				await client.publishAsync("new", "{}", { qos: 1 });
				expect(await recordsOf(log, fresh)).not.toEqual([]);
			},
			{ timeout: 2_000, interval: 100 },
		);
	});

	it("stores publishes of quality 0, 1 and 2 under the device, with their topic", async () => {
		const tenant = aTenant();
		const endpoint = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "pumps/+/litres" } });
		const pump = store.device(tenant);
		const client = await connect(pump, version);
		for (const qos of [0, 1, 2] as const) await client.publishAsync(`pumps/${qos}/litres`, `{"qos":${qos}}`, { qos });
		await vi.waitFor(async () => expect(await recordsOf(log, endpoint)).toHaveLength(3));
		expect(await recordsOf(log, endpoint)).toEqual(
			[0, 1, 2].map((qos) => expect.objectContaining({ key: pump.id, topic: `pumps/${qos}/litres`, text: `{"qos":${qos}}` })),
		);
	});

	it("keeps the order of a device's publishes", async () => {
		const tenant = aTenant();
		const endpoint = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#" } });
		const client = await connect(store.device(tenant), version);
		await Promise.all(Array.from({ length: 500 }, (_, n) => client.publishAsync("t", `{"n":${n}}`, { qos: n % 2 ? 1 : 2 })));
		expect((await texts(endpoint)).map((text) => JSON.parse(text).n)).toEqual(Array.from({ length: 500 }, (_, n) => n));
	});

	it("stores a publish at every endpoint whose filter matches, and at no foreign tenant's", async () => {
		const [tenant, other] = [aTenant(), aTenant()];
		const mine = ["a/#", "a/+", "#", "b/#", "+"].map((topicFilter) =>
			store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter } }),
		);
		const foreign = store.endpoint(other, { protocol: "mqtt", settings: { topicFilter: "#" } });
		const client = await connect(store.device(tenant), version);
		await client.publishAsync("a/b", "{}", { qos: 1 });
		expect(await Promise.all(mine.map(async (endpoint) => (await texts(endpoint)).length))).toEqual([1, 1, 1, 0, 0]);
		expect(await texts(foreign)).toEqual([]);
	});

	it("turns away a wrong, a foreign device's revoked and no credential", async () => {
		const tenant = aTenant();
		const pump = store.device(tenant);
		for (const password of ["nonsense", `${pump.token}0`, store.device(tenant, { isRevoked: true }).token]) {
			await expect(connect({ id: pump.id, token: password }, version)).rejects.toMatchObject({ code: version === 5 ? 0x86 : 4 });
		}
	});

	it("takes the token as password whatever the user name", async () => {
		const client = await connect({ ...store.device(aTenant()), id: "anything" }, version);
		expect(client.connected).toBe(true);
	});

	it("hands a session over to a second connection of the same client and credential only", async () => {
		const tenant = aTenant();
		const pump = store.device(tenant);
		const first = await connect(pump, version, { clientId: "pump" });
		const other = await connect(store.device(tenant), version, { clientId: "pump" });
		expect(first.connected).toBe(true);
		const closed = next(first, "close");
		const second = await connect(pump, version, { clientId: "pump" });
		await closed;
		expect([other.connected, second.connected]).toEqual([true, true]);
	});

	it("stores a QoS 2 publish once, also when it is repeated over a new connection of the session", async () => {
		const tenant = aTenant();
		const endpoint = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#" } });
		const pump = store.device(tenant);
		const line = await rawLine(pump, version);
		const publish = Buffer.concat([
			Buffer.from([0x34, version === 5 ? 8 : 7, 0, 1]),
			Buffer.from("t"),
			Buffer.from([0, 9]),
			...(version === 5 ? [Buffer.from([0])] : []),
			Buffer.from("{}"),
		]);
		line.send(publish);
		expect(await line.packet()).toEqual(Buffer.from([0x50, 2, 0, 9]));
		line.cut();
		const again = await rawLine(pump, version);
		publish[0] = 0x3c;
		again.send(publish);
		expect(await again.packet()).toEqual(Buffer.from([0x50, 2, 0, 9]));
		again.send(Buffer.from([0x62, 2, 0, 9]));
		expect(await again.packet()).toEqual(Buffer.from([0x70, 2, 0, 9]));
		expect(await texts(endpoint)).toEqual(["{}"]);
		publish[0] = 0x34;
		again.send(publish);
		await again.packet();
		expect(await texts(endpoint)).toHaveLength(2);
		again.cut();
	});

	it("delivers commands to the device's own topic and refuses every other subscription", async () => {
		const tenant = aTenant();
		const pump = store.device(tenant);
		const client = await connect(pump, version);
		await client.subscribeAsync(`commands/${pump.id}`, { qos: 1 });
		for (const topic of ["#", "commands/+", `commands/${store.device(tenant).id}`]) {
			await expect(client.subscribeAsync(topic)).rejects.toThrow();
		}
		const heard = next(client, "message");
		await vi.waitFor(async () => expect(await control.publish(`command:${tenant}:${pump.id}`, "open the valve")).toBeGreaterThan(0));
		const [topic, payload] = await heard;
		expect([topic, String(payload)]).toEqual([`commands/${pump.id}`, "open the valve"]);
	});

	it("ends a live session within 5 s after its credential was revoked", async () => {
		const pump = store.device(aTenant());
		const client = await connect(pump, version);
		const closed = next(client, "close");
		store.revoke(pump.id);
		const before = performance.now();
		await control.publish("revoked", JSON.stringify({ deviceId: pump.id }));
		await closed;
		expect(performance.now() - before).toBeLessThan(5_000);
		await expect(connect(pump, version)).rejects.toThrow();
	});

	it("stores the will of a device that goes without a word, and not of one that says goodbye", async () => {
		const tenant = aTenant();
		const endpoint = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#" } });
		const will = { topic: "gone", payload: Buffer.from('{"gone":true}'), qos: 1, retain: false } as const;
		const polite = await connect(store.device(tenant), version, { will });
		await polite.endAsync();
		const rude = await connect(store.device(tenant), version, { will });
		rude.stream.destroy();
		await vi.waitFor(async () => expect(await texts(endpoint)).toEqual(['{"gone":true}']));
	});

	it("closes the connection of a silent device after one and a half of its keep-alive", async () => {
		const line = await rawLine(store.device(aTenant()), version, 1);
		const before = performance.now();
		if (version === 5) expect(await line.packet()).toEqual(Buffer.from([0xe0, 1, 0x8d]));
		expect(await line.packet()).toBeUndefined();
		expect(performance.now() - before).toBeGreaterThan(1_400);
		expect(performance.now() - before).toBeLessThan(4_000);
	});

	it("takes what mosquitto_pub sends", async () => {
		const tenant = aTenant();
		const endpoint = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "pumps/#" } });
		const pump = store.device(tenant);
		const args = ["-h", "127.0.0.1", "-p", String(gateway.mqttPort), "-u", pump.id, "-P", pump.token, "-V", version === 5 ? "5" : "311"];
		for (const qos of ["0", "1", "2"]) await run("mosquitto_pub", [...args, "-q", qos, "-t", "pumps/1", "-m", `{"qos":${qos}}`]);
		await vi.waitFor(async () => expect(await texts(endpoint)).toEqual(['{"qos":0}', '{"qos":1}', '{"qos":2}']));
		await expect(run("mosquitto_pub", [...args.slice(0, -3), "wrong", "-V", "311", "-t", "x", "-m", "{}"])).rejects.toThrow();
	});
});

describe("MQTT door", () => {
	it("keeps what 3.1.1 cannot be told is unreadable, so that it becomes a dead letter, and refuses it in 5", async () => {
		const tenant = aTenant();
		const endpoint = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#", maxRecordBytes: 20 } });
		const pump = store.device(tenant);
		const old = await connect(pump, 4);
		await old.publishAsync("t", "no json", { qos: 1 });
		await old.publishAsync("t", '[{"n":1}, 7, {"n":2}]'.slice(0, 20), { qos: 1 });
		await old.publishAsync("t", JSON.stringify({ text: "x".repeat(50) }), { qos: 1 });
		expect(await texts(endpoint)).toEqual(["no json", '[{"n":1}, 7, {"n":2}', JSON.stringify({ text: "x".repeat(50) }).slice(0, 20)]);
		const modern = await connect(pump, 5);
		await expect(modern.publishAsync("t", "no json", { qos: 1 })).rejects.toMatchObject({ code: 0x99 });
		await expect(modern.publishAsync("t", "no json", { qos: 2 })).rejects.toMatchObject({ code: 0x99 });
		expect(await texts(endpoint)).toHaveLength(3);
		await modern.publishAsync("t", '[{"n":1}, 7]', { qos: 1 });
		expect((await texts(endpoint)).slice(3)).toEqual(['{"n":1}', "7"]);
	});

	it("adds nothing at a repeat of a message id, from the payload or from the user property", async () => {
		const tenant = aTenant();
		const field = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "field", messageIdField: "id" } });
		const property = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "property" } });
		const client = await connect(store.device(tenant), 5);
		for (const id of [1, 1, 2]) await client.publishAsync("field", `{"id":${id}}`, { qos: 1 });
		for (const id of ["a", "a", "b"]) {
			await client.publishAsync("property", "{}", { qos: 1, properties: { userProperties: { "message-id": id } } });
		}
		expect([await texts(field), await texts(property)]).toEqual([
			['{"id":1}', '{"id":2}'],
			["{}", "{}"],
		]);
	});

	it("says in 5 that nobody takes a topic, and knows topic aliases", async () => {
		const tenant = aTenant();
		const endpoint = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "long/topic" } });
		const client = await connect(store.device(tenant), 5);
		const answer = next(client, "packetreceive");
		await client.publishAsync("nobody/there", "{}", { qos: 1 });
		expect(await answer).toMatchObject([{ cmd: "puback", reasonCode: 0x10 }]);
		await client.publishAsync("long/topic", '{"n":1}', { qos: 1, properties: { topicAlias: 3 } });
		await client.publishAsync("", '{"n":2}', { qos: 1, properties: { topicAlias: 3 } });
		expect(await texts(endpoint)).toEqual(['{"n":1}', '{"n":2}']);
	});

	it("keeps a session as long as MQTT 5 asked, and not beyond its connection otherwise", async () => {
		const pump = store.device(aTenant());
		const kept = { clientId: "pump", clean: false, properties: { sessionExpiryInterval: 60 } };
		const first = await connect(pump, 5, kept);
		await first.endAsync();
		const again = next(
			mqtt
				.connect(`mqtt://127.0.0.1:${gateway.mqttPort}`, {
					username: pump.id,
					password: pump.token,
					protocolVersion: 5,
					reconnectPeriod: 0,
					...kept,
				})
				.on("connect", () => undefined),
			"connect",
		);
		expect((await again)[0]).toMatchObject({ sessionPresent: true });
		const gone = await connect(pump, 5, { clientId: "other", clean: false });
		await gone.endAsync();
		const line = await rawLine(pump, 5, 0, "other");
		expect(line.isSessionPresent).toBe(false);
		line.send(Buffer.from("e00700051100000001", "hex"));
		expect(await line.packet()).toEqual(Buffer.from([0xe0, 1, 0x82]));
	});

	it("refuses other versions of the protocol, and packets that are too large", async () => {
		const old = new MqttLine(gateway.mqttPort);
		old.send(Buffer.from("100e00064d5149736470030200000000", "hex"));
		expect(await old.packet()).toEqual(Buffer.from([0x20, 2, 0, 1]));
		expect(await old.packet()).toBeUndefined();
		const line = await rawLine(store.device(aTenant()), 5);
		line.send(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
		expect(await line.packet()).toEqual(Buffer.from([0xe0, 1, 0x95]));
	});

	it("acknowledges what is on its way to the log before it closes", async () => {
		const own = new MemoryStore();
		const closing = await startTestGateway(services, own);
		const tenant = aTenant();
		const endpoint = own.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#" } });
		const line = await rawLine(own.device(tenant), 4, 0, "last", closing.mqttPort);
		const data = connectRedis(services.redisDataUrl, { enableOfflineQueue: true });
		await data.client("PAUSE", 400, "WRITE");
		line.send(generate({ cmd: "publish", topic: "t", payload: "{}", qos: 1, messageId: 7, dup: false, retain: false }));
		line.send(generate({ cmd: "pingreq" }));
		expect(await line.packet(), "the publish before it is under way").toEqual(Buffer.from([0xd0, 0]));
		const closed = closing.close();
		expect(await line.packet()).toEqual(Buffer.from([0x40, 2, 0, 7]));
		await closed;
		expect(await texts(endpoint)).toEqual(["{}"]);
		data.disconnect();
	});

	it("remembers which topics each tenant's devices publish to, whether a source listens or not", async () => {
		const [tenant, other] = [aTenant(), aTenant()];
		const client = await connect(store.device(tenant), 5);
		const stranger = await connect(store.device(other), 5);
		for (const topic of ["halls/1/air", "halls/2/air", "halls/1/air"]) await client.publishAsync(topic, "{}", { qos: 1 });
		await stranger.publishAsync("yards/1/air", "{}", { qos: 1 });
		const seen = async (of: string) => [...(await topicsSeen(control, of, Date.now()))].sort();
		await vi.waitFor(async () => expect(await seen(tenant)).toEqual(["halls/1/air", "halls/2/air"]), { timeout: 5_000 });
		expect(await seen(other)).toEqual(["yards/1/air"]);
		expect(await topicsSeen(control, tenant, Date.now() + 2 * 86_400_000), "of the last day").toEqual([]);
	});

	it("counts what came over MQTT per endpoint", async () => {
		const tenant = aTenant();
		const endpoint = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#" } });
		const client = await connect(store.device(tenant), 5);
		await client.publishAsync("t", "{}", { qos: 1 });
		await client.publishAsync("t", "x", { qos: 1 }).catch(() => undefined);
		await vi.waitFor(async () => {
			expect(await control.hgetall(`door:${endpoint.id}`)).toMatchObject({ accepted: "1", "refused:RECORD_UNREADABLE": "1" });
		}, 5_000);
	});
});

/** A raw client that has introduced itself; its session is kept for a minute when it is named "raw". */
async function rawLine(
	{ id, token }: Credential,
	version: Version,
	keepalive = 0,
	clientId = "raw",
	port = gateway.mqttPort,
): Promise<MqttLine & { isSessionPresent: boolean }> {
	const properties = { sessionExpiryInterval: clientId === "raw" ? 60 : 0 };
	const login = { clientId, clean: false, keepalive, username: id, password: Buffer.from(token), protocolVersion: version, properties };
	const line = new MqttLine(port);
	line.send(generate({ cmd: "connect", ...login }));
	const answer = await line.packet();
	expect([answer?.[0], answer?.[3]]).toEqual([0x20, 0]);
	return Object.assign(line, { isSessionPresent: answer?.[2] === 1 });
}

/** Resolves with what a client's next event of this name carries. */
function next(client: MqttClient, event: "close" | "connect" | "message" | "packetreceive"): Promise<unknown[]> {
	return new Promise((resolve) => client.once(event, (...carried: unknown[]) => resolve(carried)));
}
