import { once } from "node:events";
import { request as httpRequest } from "node:http";
import net from "node:net";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { connectRedis, createRedisLog, type Redis } from "@weir/backends";
import type { Log } from "@weir/runtime";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { Gateway } from "../src/gateway.ts";
import { MemoryStore, recordsOf, startTestGateway } from "./support.ts";

const services = inject("services");
const store = new MemoryStore();
let gateway: Gateway;
let log: Log;
let control: Redis;

beforeAll(async () => {
	gateway = await startTestGateway(services, store, { GATEWAY_BODY_BYTES: "200000", GATEWAY_INFLATED_BYTES: "400000" });
	log = createRedisLog(services.redisDataUrl);
	control = connectRedis(services.redisUrl, { enableOfflineQueue: true });
});
afterAll(async () => {
	await gateway.close();
	await log.close();
	control.disconnect();
});

interface Post {
	readonly key: string;
	readonly token?: string;
	readonly body: string | Buffer;
	readonly type?: string;
	readonly headers?: Record<string, string>;
	readonly method?: string;
	readonly query?: string;
	readonly port?: number;
}

interface Answer {
	readonly code?: string;
	readonly accepted?: number;
	readonly refused?: readonly { readonly reason: string }[];
}

async function post({
	key,
	token,
	body,
	type = "application/json",
	headers = {},
	method = "POST",
	query = "",
	port = gateway.httpPort,
}: Post) {
	const response = await fetch(`http://127.0.0.1:${port}/v1/${key}${query}`, {
		method,
		headers: { "content-type": type, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
		...(method === "GET" ? {} : { body: new Uint8Array(Buffer.from(body)) }),
	});
	return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}

describe("HTTP door", () => {
	const tenant = "00000000-0000-4000-8000-00000000000a";
	const other = "00000000-0000-4000-8000-00000000000b";
	const pump = store.device(tenant);
	const stranger = store.device(other);

	it("stores one JSON object as it was sent, under the device as key, and answers 200", async () => {
		const endpoint = store.endpoint(tenant);
		const body = '{"litres": 9007199254740993, "note":"ä"}';
		const answer = await post({ key: endpoint.key, token: pump.token, body });
		expect(answer).toMatchObject({ status: 200, body: { accepted: 1, duplicates: 0, refused: [] } });
		expect(await recordsOf(log, endpoint)).toEqual([expect.objectContaining({ key: pump.id, topic: "", text: body })]);
	});

	it("stores the elements of an array and the lines of NDJSON each as a record", async () => {
		const endpoint = store.endpoint(tenant);
		await post({ key: endpoint.key, token: pump.token, body: '[{"n":1}, {"n":2}]' });
		await post({ key: endpoint.key, token: pump.token, body: '{"n":3}\n{"n":4}\n\n{"n":5}', type: "application/x-ndjson" });
		expect((await recordsOf(log, endpoint)).map(({ text }) => text)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}']);
	});

	it("spreads records over the partitions by their key field, equal keys together and in order", async () => {
		const endpoint = store.endpoint(tenant, { settings: { keyField: "pump" } });
		const lines = Array.from({ length: 200 }, (_, n) => JSON.stringify({ pump: `p${n % 20}`, n }));
		await post({ key: endpoint.key, token: pump.token, body: lines.join("\n"), type: "application/x-ndjson" });
		const records = await recordsOf(log, endpoint);
		expect(records).toHaveLength(200);
		expect(new Set(records.map(({ partition }) => partition)).size).toBeGreaterThan(4);
		for (let p = 0; p < 20; p++) {
			const mine = records.filter(({ key }) => key === `p${p}`);
			expect(new Set(mine.map(({ partition }) => partition)).size).toBe(1);
			expect(mine.map(({ text }) => JSON.parse(text).n)).toEqual(Array.from({ length: 10 }, (_, i) => p + 20 * i));
		}
	});

	it("takes gzip, zlib and bare deflate", async () => {
		const endpoint = store.endpoint(tenant);
		for (const [encoding, body] of [
			["gzip", gzipSync('{"n":1}')],
			["deflate", deflateSync('{"n":2}')],
			["deflate", deflateRawSync('{"n":3}')],
		] as const) {
			const answer = await post({ key: endpoint.key, token: pump.token, body, headers: { "content-encoding": encoding } });
			expect(answer.status).toBe(200);
		}
		expect((await recordsOf(log, endpoint)).map(({ text }) => text)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
	});

	it("answers 202 and says so where the log keeps records in memory, whatever the endpoint asks for", async () => {
		const endpoint = store.endpoint(tenant, { durability: "fsync" });
		// The control Redis writes to its disk once a second.
		const careless = await startTestGateway({ ...services, redisDataUrl: services.redisUrl }, store);
		try {
			const answer = await post({ key: endpoint.key, token: pump.token, body: "{}", port: careless.httpPort });
			expect(answer.status).toBe(202);
			expect(answer.headers.get("durability")).toBe("memory");
		} finally {
			await careless.close();
		}
	});

	it("answers 200 where the log writes each append to its disk, also to an endpoint that asks for less", async () => {
		const endpoint = store.endpoint(tenant, { durability: "memory" });
		expect((await post({ key: endpoint.key, token: pump.token, body: "{}" })).status).toBe(200);
	});

	it("adds nothing at a repeat with the same Idempotency-Key", async () => {
		const endpoint = store.endpoint(tenant);
		const again = { key: endpoint.key, token: pump.token, body: '[{"n":1},{"n":2}]', headers: { "idempotency-key": "monday" } };
		expect((await post(again)).body).toEqual({ accepted: 2, duplicates: 0, refused: [] });
		expect((await post(again)).body).toEqual({ accepted: 0, duplicates: 2, refused: [] });
		expect((await post({ ...again, headers: { "idempotency-key": "tuesday" } })).body.accepted).toBe(2);
		expect(await recordsOf(log, endpoint)).toHaveLength(4);
	});

	it("loses nothing when another body comes under the same Idempotency-Key", async () => {
		const endpoint = store.endpoint(tenant);
		const send = (body: string) => post({ key: endpoint.key, token: pump.token, body, headers: { "idempotency-key": "always the same" } });
		expect((await send('{"n":1}')).body.accepted).toBe(1);
		expect((await send('{"n":2}')).body).toMatchObject({ accepted: 1, duplicates: 0 });
		expect((await send('{"n":2}')).body).toMatchObject({ accepted: 0, duplicates: 1 });
		expect(await recordsOf(log, endpoint)).toHaveLength(2);
	});

	it("passes over a byte order mark", async () => {
		const endpoint = store.endpoint(tenant);
		const send = (body: string, type: string) => post({ key: endpoint.key, token: pump.token, body: `\ufeff${body}`, type });
		expect((await send('{"n":1}', "application/json")).status).toBe(200);
		expect((await send('{"n":2}\n{"n":3}', "application/x-ndjson")).body).toMatchObject({ accepted: 2, refused: [] });
		expect((await recordsOf(log, endpoint)).map(({ text }) => text)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
	});

	it("refuses with a problem document that names the code", async () => {
		const { key } = store.endpoint(tenant);
		const answer = await post({ key, token: pump.token, body: '{"n": 1,\n "m": x}' });
		expect(answer.headers.get("content-type")).toBe("application/problem+json");
		expect(answer.body).toMatchObject({
			type: "about:blank",
			title: "Bad Request",
			status: 400,
			code: "RECORD_UNREADABLE",
			line: 2,
			column: 7,
		});
		expect(answer.body).toHaveProperty("detail", expect.stringContaining("Line 2, column 7."));
		const away = await post({ key: "in_nowhere", token: pump.token, body: "{}" });
		expect(away.body).toEqual({
			type: "about:blank",
			title: "Not Found",
			status: 404,
			detail: expect.stringContaining("no such endpoint"),
			code: "ACCESS_NOT_FOUND",
		});
	});

	it("says what to do about the type curl sends by itself, lines without their type, and nothing at all", async () => {
		const { key } = store.endpoint(tenant);
		const said = async (body: string, type: string) => (await post({ key, token: pump.token, body, type })).body;
		expect(await said("{}", "application/x-www-form-urlencoded")).toMatchObject({
			detail: expect.stringContaining("add `-H 'Content-Type: application/json'` to your curl command"),
		});
		expect(await said('{"n":1}\n{"n":2}', "application/json")).toMatchObject({
			detail: expect.stringContaining("send it with `Content-Type: application/x-ndjson`"),
		});
		expect(await said("", "application/json")).toMatchObject({ detail: "The body holds no record." });
	});

	it("adds nothing at a repeat of a message id, which holds within its record key", async () => {
		const endpoint = store.endpoint(tenant, { settings: { keyField: "pump", messageIdField: "seq" } });
		const send = (records: object[]) => post({ key: endpoint.key, token: pump.token, body: JSON.stringify(records) });
		expect(
			(
				await send([
					{ pump: "a", seq: 1 },
					{ pump: "b", seq: 1 },
					{ pump: "a", seq: 1 },
				])
			).body,
		).toMatchObject({ accepted: 2, duplicates: 1 });
		expect(
			(
				await send([
					{ pump: "a", seq: 1 },
					{ pump: "a", seq: 2 },
				])
			).body,
		).toMatchObject({ accepted: 1, duplicates: 1 });
	});

	it("answers 400 with line and column for what is no JSON, no UTF-8, too deep or empty, and stores nothing", async () => {
		const endpoint = store.endpoint(tenant);
		const send = (body: string | Buffer, type?: string) => post({ key: endpoint.key, token: pump.token, body, ...(type ? { type } : {}) });
		expect(await send('{"n": 1,\n "m": x}')).toMatchObject({ status: 400, body: { code: "RECORD_UNREADABLE", line: 2, column: 7 } });
		expect(await send('[{"n":1}, {"n":}]')).toMatchObject({ status: 400, body: { line: 1, column: 16 } });
		expect(await send(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toMatchObject({ status: 400 });
		expect(await send(`${"[".repeat(65)}${"]".repeat(65)}`)).toMatchObject({ status: 400 });
		expect(await send("")).toMatchObject({ status: 400 });
		expect(await send("7")).toMatchObject({ status: 400 });
		expect(await recordsOf(log, endpoint)).toEqual([]);
	});

	it("stores the good lines of a batch and names the bad ones", async () => {
		const endpoint = store.endpoint(tenant);
		const answer = await post({ key: endpoint.key, token: pump.token, body: '{"n":1}\n{"n":\n{"n":3}\n7', type: "application/x-ndjson" });
		expect(answer).toMatchObject({
			status: 200,
			body: {
				accepted: 2,
				refused: [
					{ index: 1, line: 2 },
					{ index: 3, line: 4, column: 1 },
				],
			},
		});
		expect(answer.body.refused?.[0]?.reason).toMatch(/\.$/);
		expect(await recordsOf(log, endpoint)).toHaveLength(2);
	});

	it("answers 401 without a token, with a wrong, expired, early, revoked or mistyped one", async () => {
		const { key } = store.endpoint(tenant);
		const tokens = [
			undefined,
			"nonsense",
			`${pump.token}0`,
			pump.token.replace("wd_", "wx_"),
			store.device(tenant, { expiresAtMs: Date.now() - 1 }).token,
			store.device(tenant, { notBeforeMs: Date.now() + 60_000 }).token,
			store.device(tenant, { isRevoked: true }).token,
		];
		for (const token of tokens) {
			const answer = await post({ key, body: "{}", ...(token === undefined ? {} : { token }) });
			expect(answer).toMatchObject({ status: 401, body: { code: "ACCESS_SIGNED_OUT" } });
			expect(answer.headers.get("www-authenticate")).toContain("Bearer");
		}
	});

	it("takes the token as Basic password, and from the address only where the endpoint allows it", async () => {
		const closed = store.endpoint(tenant);
		const open = store.endpoint(tenant, { settings: { allowQueryToken: true } });
		const basic = `Basic ${Buffer.from(`${pump.id}:${pump.token}`).toString("base64")}`;
		expect((await post({ key: closed.key, body: "{}", headers: { authorization: basic } })).status).toBe(200);
		expect((await post({ key: closed.key, body: "{}", query: `?token=${pump.token}` })).status).toBe(401);
		expect((await post({ key: open.key, body: "{}", query: `?token=${pump.token}` })).status).toBe(200);
	});

	it("takes both live credentials of a device", async () => {
		const { key } = store.endpoint(tenant);
		const device = store.device(tenant);
		expect((await post({ key, token: device.token, body: "{}" })).status).toBe(200);
		const second = store.credential(device.id);
		await vi.waitFor(async () => expect((await post({ key, token: second, body: "{}" })).status).toBe(200), { timeout: 5_000 });
		expect((await post({ key, token: device.token, body: "{}" })).status).toBe(200);
	});

	it("answers 404 for an endpoint that is not there, is a foreign tenant's, or is not for HTTP", async () => {
		const mine = store.endpoint(tenant);
		const mqtt = store.endpoint(tenant, { protocol: "mqtt", settings: { topicFilter: "#" } });
		for (const [key, token] of [
			["in_nothing", pump.token],
			[mine.key, stranger.token],
			[mqtt.key, pump.token],
		] as const) {
			expect(await post({ key, token, body: "{}" })).toMatchObject({ status: 404, body: { code: "ACCESS_NOT_FOUND" } });
		}
		expect((await fetch(`http://127.0.0.1:${gateway.httpPort}/`)).status).toBe(404);
		expect(await recordsOf(log, mine)).toEqual([]);
	});

	it("answers 405 for another method", async () => {
		const { key } = store.endpoint(tenant);
		const answer = await post({ key, token: pump.token, body: "{}", method: "PUT" });
		expect(answer.status).toBe(405);
		expect(answer.headers.get("allow")).toBe("POST");
	});

	it("answers 413 for a body, an inflated body and a record beyond their limits", async () => {
		const { key } = store.endpoint(tenant, { settings: { maxRecordBytes: 1_000 } });
		// Far more than a socket holds: whoever sends it must still get to read the answer.
		const long = JSON.stringify({ text: "x".repeat(9_000_000) });
		expect((await post({ key, token: pump.token, body: long })).status).toBe(413);
		const bomb = gzipSync(JSON.stringify({ text: "x".repeat(500_000) }));
		expect((await post({ key, token: pump.token, body: bomb, headers: { "content-encoding": "gzip" } })).status).toBe(413);
		const record = await post({ key, token: pump.token, body: JSON.stringify({ text: "x".repeat(1_000) }) });
		expect(record).toMatchObject({ status: 413, body: { code: "RECORD_TOO_LARGE" } });
	});

	it("answers 413 for a body of unknown length as soon as it is too long", async () => {
		const { key } = store.endpoint(tenant);
		const request = httpRequest({
			port: gateway.httpPort,
			path: `/v1/${key}`,
			method: "POST",
			headers: { authorization: `Bearer ${pump.token}`, "content-type": "application/json", "transfer-encoding": "chunked" },
		});
		request.on("error", () => undefined);
		request.write("x".repeat(250_000));
		const [response] = await once(request, "response");
		expect(response.statusCode).toBe(413);
		request.destroy();
	});

	it("answers 415 for another content type, charset or encoding, and 400 for bytes that do not inflate", async () => {
		const { key } = store.endpoint(tenant);
		const send = (type: string, headers: Record<string, string> = {}) => post({ key, token: pump.token, body: "{}", type, headers });
		expect((await send("text/csv")).status).toBe(415);
		expect((await send("application/x-www-form-urlencoded")).status).toBe(415);
		expect((await send("application/json; charset=latin1")).status).toBe(415);
		expect((await send("application/json", { "content-encoding": "br" })).status).toBe(415);
		expect((await send("application/json", { "content-encoding": "gzip" })).status).toBe(400);
		expect((await send("application/json; charset=utf-8")).status).toBe(200);
	});

	it("counts per endpoint what it took and what it refused, and who was heard of last", async () => {
		const endpoint = store.endpoint(tenant, { settings: { messageIdField: "id" } });
		const body = '{"id":1}\n{"id":1}\n{"id":\n{"id":2}';
		await post({ key: endpoint.key, token: pump.token, body, type: "application/x-ndjson" });
		await vi.waitFor(async () => expect(await control.hgetall(`door:${endpoint.id}`)).toMatchObject({ accepted: "2" }), { timeout: 5_000 });
		const counts = await control.hgetall(`door:${endpoint.id}`);
		expect(counts).toMatchObject({ accepted: "2", duplicate: "1", "refused:RECORD_UNREADABLE": "1", bytes: "24" });
		expect(Number(counts.lastRecordAt)).toBeGreaterThan(Date.now() - 10_000);
	});

	it("cuts a client that trickles its request", async () => {
		const strict = await startTestGateway(services, store, {}, { requestMs: 300 });
		for (const part of ["POST /v1/x HTTP/1.1\r\nhost: x\r\n", "POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{"]) {
			const slow = net.connect(strict.httpPort, "127.0.0.1");
			slow.write(part);
			const [answer] = await once(slow, "data");
			expect(String(answer)).toMatch(/^HTTP\/1\.1 4/);
			await once(slow, "close");
		}
		await strict.close();
	});

	it("answers 400 to what is no HTTP", async () => {
		const socket = net.connect(gateway.httpPort, "127.0.0.1");
		socket.write("\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00");
		const [answer] = await once(socket, "data");
		expect(String(answer)).toMatch(/^HTTP\/1\.1 400/);
		socket.destroy();
	});
});
