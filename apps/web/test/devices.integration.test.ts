import { noteTopics } from "@weir/backends/log";
import { isTokenOf, openGateway } from "@weir/db";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type ApiRig, openApiRig, type TestTenant } from "./api-rig.ts";

let rig: ApiRig;
let acme: TestTenant;

beforeAll(async () => {
	rig = await openApiRig();
	acme = await rig.newTenant();
});

afterAll(() => rig.close());

const devices = () => `/t/${acme.slug}/devices`;

test("a device's token is told once, and only its HMAC is kept", async () => {
	const { body, status } = await acme.owner.call("POST", devices(), { name: "Once" });
	expect(status).toBe(201);
	const gateway = openGateway({ appUrl: rig.appUrl });
	const known = await gateway.credentialsOfDevice(body.device.id);
	expect(known).toMatchObject({ tenant: acme.id, device: body.device.id });
	expect(isTokenOf(body.token, known?.credentials[0]?.hmac ?? "", "pepper of the tests")).toBe(true);
	await gateway.close();
	const { body: shown } = await acme.owner.call("GET", `${devices()}/${body.device.id}`);
	expect(JSON.stringify(shown)).not.toContain(body.token);
	expect(shown.credentials).toMatchObject([{ state: "live", hint: body.token.slice(-4) }]);
});

test("two tokens may be live at once for a rotation, a third may not, and the old one ends after the overlap", async () => {
	const { body: made } = await acme.owner.call("POST", devices(), { name: "Rotated" });
	const credentials = `${devices()}/${made.device.id}/credentials`;
	const second = await acme.owner.call("POST", credentials, { overlapHours: 1 });
	expect(second.body.device.liveCredentials).toBe(2);
	expect((await acme.owner.call("POST", credentials, {})).body.error.code).toBe("CREDENTIAL_LIMIT");
	const { body } = await acme.owner.call("GET", `${devices()}/${made.device.id}`);
	expect(body.credentials[1].expiresAt - Date.now()).toBeLessThanOrEqual(3_600_000);
	expect(body.credentials[0].expiresAt).toBeUndefined();
});

test("revoking a token is told to the doors at once and kept in the database", async () => {
	const { body: made } = await acme.owner.call("POST", devices(), { name: "Revoked" });
	const listener = new Redis(inject("services").redisUrl);
	await listener.subscribe("revoked");
	const told = new Promise<string>((resolve) => listener.once("message", (_channel, text) => resolve(text)));
	const { status } = await acme.owner.call("DELETE", `${devices()}/${made.device.id}/credentials/${made.credential.id}`);
	expect(status).toBe(200);
	expect(JSON.parse(await told)).toEqual({ deviceId: made.device.id });
	listener.disconnect();
	const { body } = await acme.owner.call("GET", `${devices()}/${made.device.id}`);
	expect(body).toMatchObject({ liveCredentials: 0, credentials: [{ state: "revoked" }] });
});

test("two devices of a tenant have two names, two tenants may use the same", async () => {
	await acme.owner.call("POST", devices(), { name: "Pump 1" });
	expect((await acme.owner.call("POST", devices(), { name: "Pump 1" })).body.error.code).toBe("NAME_TAKEN");
	const globex = await rig.newTenant("Globex");
	expect((await globex.owner.call("POST", `/t/${globex.slug}/devices`, { name: "Pump 1" })).status).toBe(201);
});

test("a connection's secret goes in and never comes out, and one in use is not deleted", async () => {
	const config = { host: "db.example.com", database: "plant", user: "weir" };
	const wanted = { type: "postgres", name: "Warehouse", config, secrets: { password: "CANARY-9f2c" } };
	const made = await acme.owner.call("POST", `/t/${acme.slug}/connections`, wanted);
	expect(made.status).toBe(201);
	const { body: all } = await acme.owner.call("GET", `/t/${acme.slug}/connections`);
	expect(JSON.stringify([made.body, all])).not.toContain("CANARY");
	expect(await rig.workers.connection(acme.id, made.body.id).then((found) => found?.secrets.password?.reveal())).toBe("CANARY-9f2c");
	const trail = JSON.stringify(await acme.store.audit.newest(50));
	expect(trail).toContain("connection.create");
	expect(trail).not.toContain("CANARY");

	const flow = await rig.newFlow(acme);
	const nodes = flow.draft.flow.nodes.map((node) =>
		node.id === "table" ? { ...node, config: { ...node.config, connection: made.body.id } } : node,
	);
	const drawing = { ...flow.draft.flow, nodes };
	await acme.owner.call("PUT", `/t/${acme.slug}/flows/${flow.id}/draft`, { baseRev: 1, baseLayoutRev: 1, flow: drawing });
	const refused = await acme.owner.call("DELETE", `/t/${acme.slug}/connections/${made.body.id}`);
	expect([refused.body.error.code, refused.body.error.message]).toEqual(["CONNECTION_IN_USE", expect.stringContaining('"Pumps"')]);
	const managed = all.find((each: { managed: boolean }) => each.managed);
	expect((await acme.owner.call("DELETE", `/t/${acme.slug}/connections/${managed.id}`)).body.error.code).toBe("CONNECTION_IN_USE");
});

test("a topic filter is told how many of the tenant's topics it takes, and sees no other tenant's", async () => {
	const control = new Redis(inject("services").redisUrl);
	const other = await rig.newTenant();
	await noteTopics(control, acme.id, ["halls/1/air", "halls/2/air", "yards/1"], Date.now());
	await noteTopics(control, other.id, ["halls/3/air"], Date.now());
	control.disconnect();
	const matches = async (filter: string) =>
		(await acme.owner.call("GET", `/t/${acme.slug}/topics?${new URLSearchParams({ filter })}`)).body;
	expect(await matches("halls/+/air")).toEqual({ topics: 2, seen: 3 });
	expect(await matches("#")).toEqual({ topics: 3, seen: 3 });
	expect(await matches("attics/#")).toEqual({ topics: 0, seen: 3 });
	expect((await matches("")).error.code).toBe("REQUEST_INVALID");
});

test("the built-in connection is used by the flows whose sink names no other", async () => {
	const house = await rig.newTenant();
	const managedUsers = async () => {
		const { body } = await house.owner.call("GET", `/t/${house.slug}/connections`);
		return body.find((each: { managed: boolean }) => each.managed).usedBy;
	};
	expect(await managedUsers()).toEqual([]);
	const flow = await rig.newFlow(house);
	expect(await managedUsers()).toEqual([{ id: flow.id, name: "Pumps" }]);
});

test("dead letters are grouped, paged to the last one, and shown with their bytes", async () => {
	const flow = await rig.newFlow(acme);
	const { body: deployed } = await acme.owner.call("POST", `/t/${acme.slug}/flows/${flow.id}/deploy`, { rev: 1 });
	const letters = Array.from({ length: 25 }, (_, n) => ({
		id: `${flow.id}-${n}`,
		tenant: acme.id,
		job: deployed.jobId,
		node: "http",
		code: "RECORD_UNREADABLE",
		reason: `no JSON at ${n}`,
		position: `e/0/${n}#0`,
		raw: Buffer.from([0x7b, 0xff, n]),
	}));
	await rig.workers.putDeadLetters(letters);
	await rig.workers.putDeadLetters(letters);
	const { body: groups } = await acme.owner.call("GET", `/t/${acme.slug}/dead-letters?flow=${flow.id}`);
	expect(groups).toMatchObject([{ flowId: flow.id, node: "http", nodeLabel: "Pumps over HTTP", code: "RECORD_UNREADABLE", count: 25 }]);
	expect(groups[0].trend.reduce((sum: number, n: number) => sum + n, 0)).toBe(25);
	const seen = new Set<string>();
	let cursor: string | undefined;
	do {
		const query = new URLSearchParams({ flow: flow.id, limit: "10", ...(cursor === undefined ? {} : { cursor }) });
		const { body } = await acme.owner.call("GET", `/t/${acme.slug}/dead-letters/records?${query}`);
		for (const record of body.records) seen.add(record.id);
		cursor = body.nextCursor;
	} while (cursor !== undefined);
	expect(seen.size).toBe(25);
	const { body: one } = await acme.owner.call("GET", `/t/${acme.slug}/dead-letters/${flow.id}-7`);
	expect(one).toMatchObject({ reason: "no JSON at 7", base64: Buffer.from([0x7b, 0xff, 7]).toString("base64"), version: 1 });
	expect(one.text).toBeUndefined();
});

test("dead letters are handed back to their nodes, or given up for a reason, by the tenant alone", async () => {
	const flow = await rig.newFlow(acme);
	const { body: deployed } = await acme.owner.call("POST", `/t/${acme.slug}/flows/${flow.id}/deploy`, { rev: 1 });
	const letter = (n: number, node: string, row?: string) => ({
		id: `${flow.id}-${n}`,
		tenant: acme.id,
		job: deployed.jobId,
		node,
		code: node === "http" ? "RECORD_UNREADABLE" : "SINK_REJECTED",
		reason: "it does not fit",
		position: `e/0/${n}#0`,
		raw: Buffer.from("{}"),
		row,
		key: "pump-1",
		eventTimeMs: 1_700_000_000_000,
	});
	await rig.workers.putDeadLetters([letter(1, "http"), letter(2, "http"), letter(3, "gone", "{}"), letter(4, "http")]);
	const house = await rig.newTenant();
	const foreign = await house.owner.call("POST", `/t/${house.slug}/dead-letters/retry`, { ids: [`${flow.id}-1`] });
	expect(foreign.body).toMatchObject({ retrying: 0, refused: 0 });
	const one = await acme.owner.call("POST", `/t/${acme.slug}/dead-letters/retry`, { ids: [`${flow.id}-1`] });
	expect(one.body).toEqual({ retrying: 1, refused: 0, hasMore: false });
	const rest = await acme.owner.call("POST", `/t/${acme.slug}/dead-letters/retry`, { flow: flow.id });
	expect(rest.body).toMatchObject({ retrying: 2, refused: 1, reason: expect.stringContaining("no longer part of the flow") });
	const groups = async () => (await acme.owner.call("GET", `/t/${acme.slug}/dead-letters?flow=${flow.id}`)).body;
	expect(await groups()).toMatchObject([
		{ node: "gone", count: 1, retrying: 0 },
		{ node: "http", count: 3, retrying: 3 },
	]);
	const { body } = await acme.owner.call("POST", `/t/${acme.slug}/dead-letters/discard`, { flow: flow.id, reason: "The node is gone." });
	expect(body).toEqual({ discarded: 1 });
	expect(await groups()).toMatchObject([{ node: "http", count: 3 }]);
	const { body: discarded } = await acme.owner.call("GET", `/t/${acme.slug}/dead-letters/${flow.id}-3`);
	expect(discarded).toMatchObject({ state: "discarded", note: "The node is gone." });
	for (const everything of [{}, { node: "http" }]) {
		expect((await acme.owner.call("POST", `/t/${acme.slug}/dead-letters/retry`, everything)).status).toBe(400);
	}
	const audited = (await acme.store.audit.newest(20)).map((row) => row.action);
	expect(audited).toEqual(expect.arrayContaining(["dead-letter.retry", "dead-letter.discard"]));
});
