import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, BlockList, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientAddress, networksOf } from "./client-address.ts";
import { INCOMING, prepareIncoming } from "./incoming.ts";

describe("the address of a client", () => {
	const nobody = new BlockList();
	const proxies = networksOf(["10.0.0.0/8", "192.168.7.4", "fd00::/8"]);

	it("is the other end of the socket when no proxy is trusted, whatever the request says", () => {
		expect(clientAddress("203.0.113.9", "198.51.100.1", nobody)).toBe("203.0.113.9");
		expect(clientAddress("::ffff:203.0.113.9", undefined, nobody)).toBe("203.0.113.9");
	});

	it("is not what a client says that is no trusted proxy", () => {
		expect(clientAddress("203.0.113.9", "198.51.100.1", proxies)).toBe("203.0.113.9");
	});

	it("is the nearest address behind the trusted proxies, and nothing further left is believed", () => {
		expect(clientAddress("10.1.2.3", "198.51.100.1, 203.0.113.9", proxies)).toBe("203.0.113.9");
		expect(clientAddress("10.1.2.3", "198.51.100.1, 203.0.113.9, 192.168.7.4", proxies)).toBe("203.0.113.9");
		expect(clientAddress("fd00::1", "2001:db8::5", proxies)).toBe("2001:db8::5");
	});

	it("is the proxy's own when it names nobody, and unknown when what it names is no address", () => {
		expect(clientAddress("10.1.2.3", undefined, proxies)).toBe("10.1.2.3");
		expect(clientAddress("10.1.2.3", "<script>", proxies)).toBe("unknown");
	});

	it("needs networks that are ones", () => {
		for (const wrong of ["ten", "10.0.0.0/33", "10.0.0.0/x"]) expect(() => networksOf([wrong])).toThrow(`"${wrong}" is no address`);
	});
});

describe("a request that comes in", () => {
	const server = createServer((request, response) => {
		response.end(
			JSON.stringify({ url: request.url, address: request.headers[INCOMING.address], malformed: request.headers[INCOMING.malformed] }),
		);
	});
	beforeAll(async () => {
		prepareIncoming(new BlockList());
		await once(server.listen(0, "127.0.0.1"), "listening");
	});
	afterAll(() => server.close());

	async function ask(path: string, headers = ""): Promise<unknown> {
		const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
		socket.write(`GET ${path} HTTP/1.1\r\nHost: weir.test\r\nConnection: close\r\n${headers}\r\n`);
		const chunks: Buffer[] = [];
		for await (const chunk of socket) chunks.push(chunk as Buffer);
		return JSON.parse(/\{.*\}/.exec(Buffer.concat(chunks).toString())?.[0] ?? "");
	}

	it("carries the address of its socket, not the one it claims", async () => {
		const lies = `X-Forwarded-For: 198.51.100.1\r\n${INCOMING.address}: 198.51.100.2\r\n${INCOMING.malformed}: 1\r\n`;
		expect(await ask("/flows?name=100%25", lies)).toEqual({ url: "/flows?name=100%25", address: "127.0.0.1" });
	});

	it("is handed on so that it can be decoded, and marked, when its path cannot", async () => {
		expect(await ask("/flows/%zz?a=%20")).toEqual({ url: "/flows/%25zz?a=%20", address: "127.0.0.1", malformed: "1" });
		expect(await ask("/flows/%ff")).toMatchObject({ url: "/flows/%25ff", malformed: "1" });
	});
});
