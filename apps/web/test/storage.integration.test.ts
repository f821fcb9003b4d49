import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiRig, openApiRig, type TestTenant } from "./api-rig.ts";

let rig: ApiRig;
let acme: TestTenant;
let address: string;
let endpoint: string;

beforeAll(async () => {
	rig = await openApiRig();
	acme = await rig.newTenant();
	const flow = await rig.newFlow(acme);
	endpoint = (await acme.store.endpoints.ofFlow(flow.id))[0]?.id ?? "";
	address = `/t/${acme.slug}/flows/${flow.id}/endpoints/${endpoint}/storage`;
});

afterAll(() => rig.close());

const change = (body: unknown) => acme.owner.call("PATCH", address, body);
const stored = async () => (await acme.store.endpoints.find(endpoint))?.storage;

test("an endpoint is kept as the installation says until somebody chooses", async () => {
	const { body } = await acme.owner.call("GET", address);
	expect(body).toMatchObject({ log: "redis", partitions: 16, usualKeepMs: 86_400_000, held: { bytes: 0 } });
	expect(body.durability).toMatchObject({ inForce: "fsync", usual: "fsync" });
	expect(body).not.toHaveProperty("keepMs");
});

test("what is held is said with its rate", async () => {
	await rig.post(acme, endpoint, "pump-1", '{"litres":5}');
	const { body } = await acme.owner.call("GET", address);
	expect(body.held.bytes).toBeGreaterThan(0);
	expect(body.held.oldestAt).toBeGreaterThan(Date.now() - 60_000);
	// A day cannot be told from seconds.
	expect(body.held).not.toHaveProperty("bytesPerDay");
});

test("time and bytes are kept as chosen, with a trace in the audit log, and given back to the installation with null", async () => {
	const { status, body } = await change({ keepMs: 604_800_000, maxBytes: 5_000_000_000 });
	expect({ status, body }).toMatchObject({ status: 200, body: { keepMs: 604_800_000, maxBytes: 5_000_000_000 } });
	const retention = await rig.workers.chosenRetention();
	expect(retention.find((one) => one.endpoint === endpoint)).toMatchObject({
		tenant: acme.id,
		keepMs: 604_800_000,
		maxBytes: 5_000_000_000,
	});
	const [newest] = await acme.store.audit.newest(1);
	expect(newest).toMatchObject({ action: "endpoint.storage", target: endpoint, detail: { after: { keepMs: 604_800_000 } } });
	await change({ maxBytes: null });
	expect(await stored()).toEqual({ durability: undefined, keepMs: 604_800_000, maxBytes: undefined });
});

test("a class that the log does not offer is refused with the reason, and nothing changes", async () => {
	const before = await stored();
	const replicated = await change({ durability: "replicated", keepMs: 60_000 });
	expect(replicated).toMatchObject({ status: 409, body: { error: { code: "STORAGE_REFUSED" } } });
	expect(replicated.body.error.message).toContain("keeps one copy");
	const memory = await change({ durability: "memory" });
	expect(memory.body.error.message).toContain("appendfsync always");
	expect(await stored()).toEqual(before);
});

test("fewer partitions are refused with the reason", async () => {
	const { status, body } = await change({ partitions: 8 });
	expect({ status, message: body.error.message }).toEqual({ status: 409, message: expect.stringContaining("cannot get fewer") });
});

test("a stream that nothing reads yet gets more partitions at once, and only multiples of what it has", async () => {
	const odd = await change({ partitions: 24 });
	expect({ status: odd.status, message: odd.body.error.message }).toEqual({ status: 409, message: expect.stringContaining("such as 32") });
	const { status, body } = await change({ partitions: 32 });
	expect({ status, body }).toMatchObject({ status: 200, body: { partitions: 32 } });
	const [stream, next] = ["", "~2"].map((generation) => ({ tenant: acme.id, stream: `e:${endpoint}${generation}` }));
	if (stream === undefined || next === undefined) throw new Error("There are two.");
	expect([await rig.log.isSealed(stream, 15), await rig.log.isSealed(next, 15)]).toEqual([true, false]);
	const events = await acme.owner.call("GET", `${address.split("/endpoints")[0]}/events`);
	expect(events.body[0].text).toContain("32 partitions; it had 16");
	// Whatever came before is read by the first version: its plan names both generations.
	await acme.owner.call("POST", `${address.split("/endpoints")[0]}/deploy`, { rev: 1 });
	const jobs = await rig.workers.unsettledJobs();
	const plans = await Promise.all(jobs.filter((job) => job.tenant === acme.id).map((job) => rig.workers.plan(job.plan)));
	expect(plans[0]?.stages.flatMap((stage) => stage.inputs).filter((input) => input.type === "source")).toContainEqual(
		expect.objectContaining({ partitions: 32, earlier: [16] }),
	);
	const waiting = await change({ partitions: 64 });
	expect(waiting.body.error.message).toContain("does not run at this moment");
});

test("what makes no sense is told field by field", async () => {
	const { status, body } = await change({ keepMs: 5, maxBytes: 10 });
	expect(status).toBe(400);
	expect(body.error.fields.map(({ path }: { path: string }) => path)).toEqual(["keepMs", "maxBytes"]);
});
