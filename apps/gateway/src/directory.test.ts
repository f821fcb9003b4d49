import { isWeirError } from "@weir/errors";
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../test/support.ts";
import { createDirectory } from "./directory.ts";

function aDirectory() {
	const store = new MemoryStore();
	let now = 0;
	const directory = createDirectory({ store, maxAgeMs: 4_000, now: () => now });
	return { store, directory, pass: (ms: number) => (now += ms) };
}

describe("directory of the doors", () => {
	it("asks the database once for answers younger than four seconds", async () => {
		const { store, directory, pass } = aDirectory();
		const endpoint = store.endpoint("water");
		for (let i = 0; i < 10; i++) expect(await directory.endpoint(endpoint.key)).toBe(endpoint);
		expect(store.questions).toBe(1);
		pass(4_000);
		store.endpoints.delete(endpoint.id);
		expect(await directory.endpoint(endpoint.key)).toBeUndefined();
	});

	it("asks one question for all that wait for the same answer", async () => {
		const { store, directory } = aDirectory();
		const { id } = store.device("water");
		await Promise.all(Array.from({ length: 100 }, () => directory.device(id)));
		expect(store.questions).toBe(1);
	});

	it("finds a new endpoint within a second after it was asked for in vain", async () => {
		const { store, directory, pass } = aDirectory();
		expect(await directory.endpoint("in_new")).toBeUndefined();
		const endpoint = store.endpoint("water", { key: "in_new" });
		pass(1_000);
		expect(await directory.endpoint("in_new")).toBe(endpoint);
	});

	it("finds a new endpoint of a tenant within a second for whoever asks because none fits", async () => {
		const { store, directory, pass } = aDirectory();
		const first = store.endpoint("water", { protocol: "mqtt" });
		expect(await directory.endpoints("water")).toEqual([first]);
		const second = store.endpoint("water", { protocol: "mqtt" });
		expect(await directory.freshEndpoints("water")).toEqual([first]);
		pass(1_000);
		expect(await directory.endpoints("water")).toEqual([first]);
		expect(await directory.freshEndpoints("water")).toEqual([first, second]);
	});

	it("asks anew for a device it was told to forget", async () => {
		const { store, directory } = aDirectory();
		const { id } = store.device("water");
		await directory.device(id);
		store.revoke(id);
		directory.forgetDevice(id);
		expect((await directory.device(id))?.credentials.map(({ isRevoked }) => isRevoked)).toEqual([true]);
	});

	it("does not take for new what was asked for before it was told to forget", async () => {
		const { store, directory } = aDirectory();
		const { id } = store.device("water");
		const before = directory.device(id);
		store.revoke(id);
		directory.forgetDevice(id);
		await before;
		expect((await directory.device(id))?.credentials[0]?.isRevoked).toBe(true);
	});

	it("goes on from what it knows while the database is away, and says so about what it does not know", async () => {
		const { store, directory, pass } = aDirectory();
		const { id } = store.device("water");
		const known = await directory.device(id);
		store.isAway = true;
		pass(60_000);
		expect(await directory.device(id)).toBe(known);
		await expect(directory.device("unknown")).rejects.toSatisfy((error) => isWeirError(error) && error.code === "DATABASE_UNAVAILABLE");
		const asked = store.questions;
		for (let i = 0; i < 100; i++) await directory.device(id);
		expect(store.questions).toBe(asked);
		store.isAway = false;
		store.revoke(id);
		pass(1_000);
		expect((await directory.device(id))?.credentials[0]?.isRevoked).toBe(true);
	});
});
