import { describe, expect, it } from "vitest";
import { allowedAddress, GuardedSocket, guardedConnect, PUBLIC_ONLY } from "./guard.ts";
import { isPublicUnicast, readNetworks } from "./public-address.ts";

const failureOf = (socket: GuardedSocket) => new Promise<Error>((resolve) => socket.once("error", resolve));

describe("a public address", () => {
	it.each(["93.184.216.34", "1.1.1.1", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::1"])("is %s", (address) =>
		expect(isPublicUnicast(address)).toBe(true),
	);

	it.each([
		"0.0.0.0",
		"10.1.2.3",
		"100.64.0.1",
		"127.0.0.1",
		"127.255.255.254",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.168.1.1",
		"198.18.0.1",
		"224.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::ffff:127.0.0.1",
		"::ffff:8.8.8.8",
		"64:ff9b::7f00:1",
		"2002:7f00:1::1",
		"2001::1",
		"fd00::1",
		"fe80::1",
		"ff02::1",
		"localhost",
		"",
	])("is not %j", (address) => expect(isPublicUnicast(address)).toBe(false));
});

describe("the guard", () => {
	it("refuses a name when any of its addresses is private", async () => {
		const resolve = async () => ["93.184.216.34", "10.0.0.7"];
		await expect(allowedAddress("db.example.com", { networks: [], resolve })).rejects.toMatchObject({ code: "CONNECTION_DENIED" });
	});

	it("gives the address that was checked, so that nobody looks the name up again", async () => {
		const answers = [["93.184.216.34"], ["127.0.0.1"]];
		const resolve = async () => answers.shift() ?? [];
		expect(await allowedAddress("db.example.com", { networks: [], resolve })).toBe("93.184.216.34");
	});

	it("lets the operator open a network", async () => {
		const resolve = async () => ["10.1.2.3"];
		expect(await allowedAddress("db", { networks: ["10.1.0.0/16"], resolve })).toBe("10.1.2.3");
		await expect(allowedAddress("db", { networks: ["10.2.0.0/16"], resolve })).rejects.toMatchObject({ code: "CONNECTION_DENIED" });
		expect(() => readNetworks(["intranet"])).toThrow("intranet is no network");
	});

	// Spellings of 127.0.0.1 that pass a check of the text.
	it.each(["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "::1", "::ffff:127.0.0.1"])(
		"does not connect to this machine when it is called %s",
		async (host) => {
			await expect(guardedConnect(host, 5432, PUBLIC_ONLY, 2_000)).rejects.toMatchObject({
				code: expect.stringMatching(/CONNECTION_DENIED|ENOTFOUND|EAI_AGAIN/),
			});
		},
	);

	it("refuses clients that would go round it", async () => {
		for (const args of [["/var/run/postgresql/.s.PGSQL.5432"], [{ host: "127.0.0.1", port: 5432 }], [0, "db.example.com"]]) {
			const socket = new GuardedSocket(PUBLIC_ONLY);
			const failed = failureOf(socket);
			socket.connect(...args);
			expect(await failed).toMatchObject({ code: "CONNECTION_DENIED" });
		}
	});
});
