import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSealer, openDatabase, openWorkers } from "../src/index.ts";
import { openRig, type Rig } from "./support.ts";

const key = () => randomBytes(32).toString("base64");
const [old, young] = [key(), key()];
const PEPPER = "pepper of the tests";

let rig: Rig;
let owner: pg.Client;
beforeAll(async () => {
	rig = await openRig();
	owner = new pg.Client(rig.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await rig.close();
});

const addresses = (...keys: [string, ...string[]]) => ({
	appUrl: rig.appUrl,
	resultsUrl: "postgres://results.test/none",
	sealer: createSealer(keys.join(",")),
	pepper: PEPPER,
});

test("secrets are sealed anew with a new master key while they are read and replaced, and then the old key can go", async () => {
	const { id: tenant, owner: by } = await rig.newTenant();
	// What the account was made with is sealed with the rig's own key.
	await owner.query("delete from connection where tenant_id = $1", [tenant]);
	const before = openDatabase(addresses(old));
	const made = await Promise.all(
		Array.from({ length: 40 }, (_, n) =>
			before.openTenant(tenant).connections.create({
				type: "http",
				name: `service ${n}`,
				config: { baseUrl: "https://example.com" },
				secrets: { token: `token ${n}`, signingSecret: `signs ${n}` },
				by,
			}),
		),
	);
	await before.close();

	const both = openDatabase(addresses(young, old));
	const readers = openWorkers(addresses(young, old));
	const { connections } = both.openTenant(tenant);
	const operator = await both.asOperator("a test turns the master key");
	let isResealing = true;
	let read = 0;
	const reading = (async () => {
		for (let n = 0; isResealing; n = (n + 1) % made.length) {
			const found = await readers.connection(tenant, made[n]?.id ?? "");
			expect(found?.secrets.token?.reveal()).toMatch(/^(token|replaced) \d+$/);
			expect(found?.secrets.signingSecret?.reveal()).toBe(`signs ${n}`);
			read += 1;
		}
	})();
	const replacing = (async () => {
		for (const [n, { id }] of made.entries()) if (n % 5 === 0) await connections.change(id, { secrets: { token: `replaced ${n}` } });
	})();
	const first = await operator.resealSecrets();
	await replacing;
	const second = await operator.resealSecrets();
	isResealing = false;
	await reading;
	expect(first.resealed).toBeGreaterThan(0);
	expect(second.left).toBe(0);
	expect(await operator.resealSecrets()).toEqual({ resealed: 0, left: 0 });
	expect(read).toBeGreaterThan(0);
	await Promise.all([both.close(), readers.close()]);

	const after = openWorkers(addresses(young));
	for (const [n, { id }] of made.entries()) {
		const found = await after.connection(tenant, id);
		expect(found?.secrets.token?.reveal()).toBe(n % 5 === 0 ? `replaced ${n}` : `token ${n}`);
		expect(found?.secrets.signingSecret?.reveal()).toBe(`signs ${n}`);
	}
	await after.close();
});

test("a secret whose master key is not there is counted, and keeps no other from being sealed anew", async () => {
	const { id: tenant, owner: by } = await rig.newTenant();
	await owner.query("delete from connection");
	const create = async (keys: [string, ...string[]], name: string) => {
		const db = openDatabase(addresses(...keys));
		await db.openTenant(tenant).connections.create({ type: "http", name, config: {}, secrets: { token: name }, by });
		await db.close();
	};
	await create([key()], "lost");
	await create([old], "kept");
	const db = openDatabase(addresses(young, old));
	expect(await (await db.asOperator("a test")).resealSecrets()).toEqual({ resealed: 1, left: 1 });
	await db.close();
});

test("a secret of before there were several opens, and is then sealed under its own name", async () => {
	const { id: tenant, owner: by } = await rig.newTenant();
	await owner.query("delete from connection");
	const db = openDatabase(addresses(young));
	const { id } = await db.openTenant(tenant).connections.create({ type: "postgres", name: "Warehouse", config: {}, secrets: {}, by });
	const sealed = createSealer(young).seal("litre", { tenant, id, field: "secret", version: 3 });
	// As the migration leaves it.
	const secrets = { password: { version: 3, sealed, sealedAs: "secret" } };
	await owner.query("update connection set secrets = $2 where id = $1", [id, JSON.stringify(secrets)]);
	const { connections } = db.openTenant(tenant);
	expect((await connections.open(id)).secrets.password?.reveal()).toBe("litre");
	expect(await (await db.asOperator("a test")).resealSecrets()).toEqual({ resealed: 1, left: 0 });
	expect((await connections.open(id)).secrets.password?.reveal()).toBe("litre");
	const { rows } = await owner.query("select secrets from connection where id = $1", [id]);
	expect(rows[0]?.secrets.password).toEqual({ version: 3, sealed: expect.any(String) });
	await db.close();
});
