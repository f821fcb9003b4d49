import { createServer } from "node:http";
import { Secret } from "@weir/errors";
import { afterAll, describe, expect, it } from "vitest";
import { describeConnection, WRONG } from "../conformance/describe-connection.ts";
import { portOf } from "../conformance/doors.ts";
import { addressAt, type HttpService, startHttpService } from "../conformance/http-service.ts";
import { readConnection } from "../read.ts";
import { HttpClient, openHttp } from "./client.ts";
import { definition } from "./definition.ts";

let service: HttpService | undefined;
afterAll(() => service?.close());

describeConnection(definition, async () => {
	service = await startHttpService({ "/": { ready: true } });
	return {
		target: service.target,
		at: (host, port) =>
			readConnection(definition, { baseUrl: addressAt(host, port), auth: "basic", user: "ada" }, { password: new Secret("litre") }),
		steps: ["name", "port", "sign-in", "permission"],
		wrongSecret: (config) => ({ ...config, password: new Secret(WRONG) }),
		forbidden: (config) => ({ ...config, user: "eve" }),
		encrypted: (config, trust) => ({ ...config, ...trust, baseUrl: config.baseUrl.replace("http:", "https:") }),
	};
});

describe("a client of HTTP", async () => {
	const trust = { tlsCa: "", tlsCertificate: "" };
	const rules = { networks: ["127.0.0.1/32"] };
	const server = createServer((request, response) => {
		if (request.url === "/long") response.end("x".repeat(2_000));
		else if (request.url === "/headers") response.end(JSON.stringify(request.headers));
		// Nothing is answered elsewhere.
	}).listen(0, "127.0.0.1");
	await new Promise((resolve) => server.once("listening", resolve));
	const baseUrl = `http://127.0.0.1:${portOf(server)}/`;
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});

	it("reads no more of an answer than it is told, and waits no longer", async () => {
		const client = new HttpClient({ system: "the service", baseUrl, rules, trust, maxBytes: 1_000, timeoutMs: 200 });
		await expect(client.send({ path: "/long" })).rejects.toMatchObject({ code: "SINK_REJECTED" });
		await expect(client.send({ path: "/silent" })).rejects.toMatchObject({ code: "CONNECTION_SLOW" });
		client.close();
	});

	it("sends the token where the service wants it", async () => {
		const headersOf = async (config: Record<string, unknown>) => {
			const client = openHttp(readConnection(definition, { baseUrl, auth: "bearer", ...config }, { token: new Secret("t0k") }), { rules });
			const { body } = await client.send({ path: "/headers" });
			client.close();
			return JSON.parse(body.toString("utf8"));
		};
		expect(await headersOf({})).toMatchObject({ authorization: "Bearer t0k" });
		expect(await headersOf({ tokenHeader: "X-Api-Key", headers: { "x-plant": "north" } })).toMatchObject({
			"x-api-key": "t0k",
			"x-plant": "north",
		});
	});
});
