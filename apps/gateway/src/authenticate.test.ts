import { Secret } from "@weir/errors";
import { describe, expect, it } from "vitest";
import { MemoryStore, PEPPER } from "../test/support.ts";
import { createAuthenticator } from "./authenticate.ts";
import { createDirectory } from "./directory.ts";

function anAuthenticator(pepper = PEPPER) {
	const store = new MemoryStore();
	let now = 1_000_000;
	const directory = createDirectory({ store, now: () => now });
	const authenticator = createAuthenticator(directory, new Secret(pepper), () => now);
	return { store, directory, authenticator, pass: (ms: number) => (now += ms) };
}

describe("authenticator of the doors", () => {
	it("answers tenant and device of a live token, from the credential and nothing else", async () => {
		const { store, authenticator } = anAuthenticator();
		const pump = store.device("water");
		expect(await authenticator.authenticate(pump.token)).toMatchObject({ tenant: "water", device: pump.id });
	});

	it("refuses a token under another pepper", async () => {
		const { store, authenticator } = anAuthenticator("another pepper");
		expect(await authenticator.authenticate(store.device("water").token)).toBeUndefined();
	});

	it("follows a credential through its time", async () => {
		const { store, authenticator, pass } = anAuthenticator();
		const { token } = store.device("water", { notBeforeMs: 1_010_000, expiresAtMs: 1_020_000 });
		const isKnown = async () => (await authenticator.authenticate(token)) !== undefined;
		expect(await isKnown()).toBe(false);
		pass(10_000);
		expect(await isKnown()).toBe(true);
		pass(9_999);
		expect(await isKnown()).toBe(true);
		pass(1);
		expect(await isKnown()).toBe(false);
	});

	it("refuses a revoked token within five seconds even if nobody announces it", async () => {
		const { store, authenticator, pass } = anAuthenticator();
		const pump = store.device("water");
		const identity = await authenticator.authenticate(pump.token);
		store.revoke(pump.id);
		pass(4_999);
		expect(await authenticator.authenticate(pump.token)).toBeUndefined();
		expect(identity && (await authenticator.holds(identity))).toBe(false);
	});

	it("asks nothing about what is no token", async () => {
		const { store, authenticator } = anAuthenticator();
		const { token } = store.device("water");
		for (const text of ["", "wd_", `${token}0`, token.slice(0, -1)]) expect(await authenticator.authenticate(text)).toBeUndefined();
		expect(store.questions).toBe(0);
	});
});
