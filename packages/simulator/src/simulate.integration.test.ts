import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import mqttPacket from "mqtt-packet";
import { afterEach, expect, test } from "vitest";
import { fleetSamples, pumps, readSamples, type Sample, simulate, type Target } from "./index.ts";

const closers: (() => unknown)[] = [];

afterEach(async () => {
	for (const close of closers.splice(0).reverse()) await close();
});

function samples(records: number): Iterable<Sample> {
	return fleetSamples({ shape: pumps, devices: 3, perSecond: 1_000, seed: 1, startMs: 0, records });
}

async function listen(server: Server | net.Server): Promise<number> {
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	closers.push(() => {
		server.close();
		if ("closeAllConnections" in server) server.closeAllConnections();
	});
	return (server.address() as AddressInfo).port;
}

/** A door that keeps what it takes, once for each Idempotency-Key. */
async function aDoor(
	answer: (request: IncomingMessage, response: ServerResponse, attempt: number) => boolean,
): Promise<{ target: Target; stored: string[] }> {
	const stored: string[] = [];
	const seen = new Set<string>();
	let attempts = 0;
	const server = createServer(async (request, response) => {
		const body = await text(request);
		if (!answer(request, response, ++attempts)) return;
		const lines = body.split("\n");
		const good = lines.filter((line) => line.endsWith("}"));
		const key = String(request.headers["idempotency-key"]);
		if (!seen.has(key)) stored.push(...good);
		seen.add(key);
		response
			.writeHead(good.length > 0 ? 200 : 400)
			.end(JSON.stringify({ accepted: good.length, duplicates: 0, refused: lines.slice(good.length).map(() => ({})) }));
	});
	const port = await listen(server);
	return { target: { as: "http", endpoint: `http://127.0.0.1:${port}/v1/key`, token: "wd_pump" }, stored };
}

test("posts every record and counts what the door acknowledged and refused", async () => {
	const door = await aDoor(() => true);
	const report = await simulate({
		samples: samples(200),
		target: door.target,
		speed: Number.POSITIVE_INFINITY,
		batch: 10,
		bad: 0.05,
		duplicates: 0.1,
		disorderMs: 50,
	}).finished;
	expect(report.records).toBe(200);
	expect(report.bad).toBeGreaterThan(0);
	expect(report.acknowledged).toBe(report.records + report.duplicates);
	expect(report.refused).toBe(report.bad);
	expect(new Set(door.stored).size).toBe(200);
});

test("sends a request again under the same key until it has an answer", async () => {
	const door = await aDoor((_, response, attempt) => {
		if (attempt % 3 === 1) response.destroy();
		else if (attempt % 3 === 2) response.writeHead(503).end();
		return attempt % 3 === 0;
	});
	const report = await simulate({ samples: samples(6), target: door.target, speed: Number.POSITIVE_INFINITY, window: 1 }).finished;
	expect(report.acknowledged).toBe(6);
	expect(report.retries).toBe(12);
	expect(door.stored).toHaveLength(6);
});

test("gives up at once when the token is refused", async () => {
	const door = await aDoor((_, response) => {
		response.writeHead(401).end(JSON.stringify({ detail: "The token is revoked." }));
		return false;
	});
	await expect(simulate({ samples: samples(5), target: door.target, speed: Number.POSITIVE_INFINITY }).finished).rejects.toThrow(
		/401: The token is revoked/,
	);
});

test("keeps the samples' own pace times the speed", async () => {
	const door = await aDoor(() => true);
	const report = await simulate({
		samples: fleetSamples({ shape: pumps, devices: 1, perSecond: 10, seed: 1, startMs: 0, records: 11 }),
		target: door.target,
		speed: 5,
	}).finished;
	expect(report.durationMs).toBeGreaterThan(190);
});

test("stops an endless fleet and answers what has been acknowledged", async () => {
	const door = await aDoor(() => true);
	const simulation = simulate({
		samples: fleetSamples({ shape: pumps, devices: 1, perSecond: 200, seed: 1, startMs: 0 }),
		target: door.target,
		speed: 1,
	});
	while (simulation.report().acknowledged < 5) await new Promise((resolve) => setTimeout(resolve, 10));
	const report = await simulation.stop();
	expect(report.acknowledged).toBe(report.records);
	expect(door.stored).toHaveLength(report.records);
});

/** An MQTT 5 server that acknowledges every second publish and breaks the connection at the tenth. */
async function aBroker(onConnect: (socket: Socket, password: string) => number): Promise<{ broker: string; bodies: Set<string> }> {
	const bodies = new Set<string>();
	let published = 0;
	const server = net.createServer((socket) => {
		const parser = mqttPacket.parser({ protocolVersion: 5 });
		const say = (packet: mqttPacket.Packet) => socket.write(mqttPacket.generate(packet, { protocolVersion: 5 }));
		parser.on("packet", (packet) => {
			if (packet.cmd === "connect") say({ cmd: "connack", sessionPresent: false, reasonCode: onConnect(socket, String(packet.password)) });
			if (packet.cmd !== "publish") return;
			published++;
			if (published === 10) return socket.destroy();
			bodies.add(String(packet.payload));
			say({ cmd: "puback", messageId: packet.messageId ?? 0, reasonCode: 0 });
		});
		socket.on("data", (bytes) => parser.parse(bytes)).on("error", () => {});
		closers.push(() => void socket.destroy());
	});
	return { broker: `mqtt://127.0.0.1:${await listen(server)}`, bodies };
}

test("publishes with QoS 1 and again after the connection broke", async () => {
	const { broker, bodies } = await aBroker(() => 0);
	const target: Target = { as: "mqtt", broker, topic: "pumps/data", device: "pump-1", token: "wd_pump" };
	const report = await simulate({ samples: samples(30), target, speed: Number.POSITIVE_INFINITY, window: 5 }).finished;
	expect(report.acknowledged).toBe(30);
	expect(report.retries).toBeGreaterThan(0);
	expect(bodies.size).toBe(30);
});

test("gives up when the MQTT door refuses the token", async () => {
	const { broker } = await aBroker((_, password) => (password === "wd_pump" ? 0 : 0x86));
	const target: Target = { as: "mqtt", broker, topic: "pumps/data", device: "pump-1", token: "wrong" };
	await expect(simulate({ samples: samples(3), target, speed: Number.POSITIVE_INFINITY }).finished).rejects.toThrow(/refuses the device/);
});

test.each([
	["trips.csv", '1358101800000,{"e":[],"bt":1358101800000}\n1358101801000,{"e":[]}\n'],
	["trips.ndjson", '{"time":"2013-01-13T18:30:00Z"}\n\n{"time":1358101801000}\n'],
	["trips.json", '[{"bt":1358101800,"e":[]},{"ts":1358101801}]'],
	["trips.senml", '[[{"bn":"a","bt":1358101800,"n":"x","v":1}],[{"bn":"a","bt":1358101801,"n":"x","v":2}]]'],
])("reads %s with the event time of each record", async (name, content) => {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-simulator-"));
	closers.push(() => rm(folder, { recursive: true, force: true }));
	const file = path.join(folder, name);
	await writeFile(file, content);
	const times: number[] = [];
	for await (const sample of readSamples(file)) times.push(sample.atMs);
	expect(times).toEqual([1358101800000, 1358101801000]);
});
