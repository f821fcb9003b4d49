import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiRig, openApiRig, type TestTenant } from "./api-rig.ts";

let rig: ApiRig;
let acme: TestTenant;
beforeAll(async () => {
	rig = await openApiRig();
	acme = await rig.newTenant();
});
afterAll(() => rig.close());

const at = (path = "") => `/t/${acme.slug}/connections${path}`;
const mqtt = { type: "mqtt", name: "Broker", config: { host: "broker.example.com", user: "ada" } };
const openedOf = (id: string) => rig.workers.connection(acme.id, id);

test("every kind is told with a form drawn from its schema, and its secrets are marked", async () => {
	const { body: kinds } = await acme.owner.call("GET", `/t/${acme.slug}/connection-kinds`);
	const types = kinds.map(({ type }: { type: string }) => type);
	expect(types).toEqual(expect.arrayContaining(["http", "kafka", "mqtt", "pinot", "postgres", "redis", "schema-registry"]));
	for (const kind of kinds) expect(kind).toMatchObject({ icon: expect.stringContaining("<svg"), docs: expect.stringContaining("# ") });
	const { fields } = kinds.find(({ type }: { type: string }) => type === "mqtt");
	const field = (name: string) => fields.find((each: { name: string }) => each.name === name);
	expect(field("host")).toMatchObject({ control: "text", isSecret: false, isRequired: true });
	expect(field("port")).toMatchObject({ control: "number", initial: 8883, isRequired: false });
	expect(field("version")).toMatchObject({ control: "select", options: ["5.0", "3.1.1"], isAdvanced: true });
	expect(field("password")).toMatchObject({ isSecret: true, isRequired: false });
	expect(field("tlsKey")).toMatchObject({ control: "long", isSecret: true, showIf: { field: "tls", is: [true] } });
});

test("of several secrets only that is replaced which was typed, and the trail names fields and no secret", async () => {
	const { body: made } = await acme.owner.call("POST", at(), { ...mqtt, secrets: { password: "CANARY-1", tlsKey: "CANARY-2" } });
	const before = (await acme.owner.call("GET", at(`/${made.id}`))).body;
	expect(before).toMatchObject({
		config: { host: "broker.example.com", port: 8883 },
		secrets: { password: { version: 1 }, tlsKey: { version: 1 } },
	});
	const changed = await acme.owner.call("PATCH", at(`/${made.id}`), { secrets: { password: "CANARY-3", tlsKey: "" } });
	expect(changed.body.secrets).toMatchObject({ password: { version: 2 }, tlsKey: { version: 1 } });
	expect((await openedOf(made.id))?.secrets.password?.reveal()).toBe("CANARY-3");
	expect((await openedOf(made.id))?.secrets.tlsKey?.reveal()).toBe("CANARY-2");
	const taken = await acme.owner.call("PATCH", at(`/${made.id}`), {
		name: "Main broker",
		config: { host: "b2.example.com" },
		secrets: { tlsKey: null },
	});
	expect(taken.body).toMatchObject({
		name: "Main broker",
		target: "b2.example.com:8883",
		state: "unknown",
		secrets: { password: { version: 2 } },
	});
	expect(taken.body.secrets).not.toHaveProperty("tlsKey");
	const trail = JSON.stringify(await acme.store.audit.newest(50));
	expect(trail).toContain("connection.change");
	expect(JSON.stringify([made, before, changed.body, taken.body, trail])).not.toContain("CANARY");
});

test("what a kind does not take is said at the field", async () => {
	const create = async (body: object) => (await acme.owner.call("POST", at(), body)).body.error;
	expect(await create({ ...mqtt, name: "A", config: { host: "" } })).toMatchObject({
		code: "REQUEST_INVALID",
		fields: [{ path: "host", message: "Enter the host." }],
	});
	expect((await create({ ...mqtt, name: "A", type: "fax" })).message).toContain('no kind of connection called "fax"');
	expect((await create({ ...mqtt, name: "A", secrets: { pin: "1" } })).message).toContain('no secret called "pin"');
	expect((await create({ ...mqtt, name: "A", config: { ...mqtt.config, password: "CANARY-4" } })).message).toContain(
		"send it under secrets",
	);
});

test("the built-in connection cannot be changed", async () => {
	const { body: all } = await acme.owner.call("GET", at());
	const managed = all.find((each: { managed: boolean }) => each.managed);
	expect((await acme.owner.call("PATCH", at(`/${managed.id}`), { name: "Mine" })).body.error.code).toBe("CONNECTION_IN_USE");
});

test("a test tells each step as it ends, and what it found is kept", async () => {
	const { body: made } = await acme.owner.call("POST", at(), { ...mqtt, name: "Tested" });
	const told = await acme.owner.call("POST", at(`/${made.id}/test/live`), {});
	expect(told.headers.get("content-type")).toContain("text/event-stream");
	expect(told.body.match(/^event: .*$/gm)).toEqual(["event: step", "event: result"]);
	const { body: all } = await acme.owner.call("GET", at());
	expect(all.find(({ id }: { id: string }) => id === made.id)).toMatchObject({
		state: "ok",
		checkedAt: expect.any(Number),
		checkMs: expect.any(Number),
	});
	expect((await acme.owner.call("POST", at("/00000000-0000-0000-0000-000000000000/test/live"), {})).status).toBe(404);
});

test("a connection is looked into by path, by those who may edit it", async () => {
	const { body: made } = await acme.owner.call("POST", at(), { ...mqtt, name: "Browsed" });
	expect((await acme.owner.call("GET", at(`/${made.id}/browse`))).body).toEqual([{ name: "public", kind: "schema", hasChildren: true }]);
	expect((await acme.owner.call("GET", at(`/${made.id}/browse?path=public`))).body.error.code).toBe("REQUEST_INVALID");
	const viewer = await acme.member("viewer");
	expect((await viewer.call("GET", at(`/${made.id}/browse`))).status).toBe(403);
});
