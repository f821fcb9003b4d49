import type { Flow } from "@weir/flow";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FlowDetail } from "../src/server/api/contract/index.ts";
import { type ApiRig, openApiRig, type Person, type TestTenant } from "./api-rig.ts";

let rig: ApiRig;
let acme: TestTenant;

beforeAll(async () => {
	rig = await openApiRig();
	acme = await rig.newTenant();
});
afterAll(() => rig.close());

const at = (flow: FlowDetail) => `/t/${acme.slug}/flows/${flow.id}`;
const HOUR_MS = 3_600_000;

/** A deployed flow with some records at its first door, and the range they came in. */
async function received(records: number) {
	const flow = await rig.newFlow(acme);
	await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	const [endpoint] = await acme.store.endpoints.ofFlow(flow.id);
	for (let n = 0; n < records; n++) await rig.post(acme, endpoint?.id ?? "", "pump-1", `{"n":${n}}`);
	return { flow, endpoint: endpoint?.id ?? "", from: Date.now() - HOUR_MS, to: Date.now() + 1 };
}

const preview = (who: Person, flow: FlowDetail, from: number, to: number, of = "live") =>
	who.call("GET", `${at(flow)}/replay-preview?from=${from}&to=${to}&of=${of}`);

test("a replay says how many records it reads and where their rows go, before and while it runs", async () => {
	const { flow, from, to } = await received(3);
	const look = await preview(acme.owner, flow, from, to);
	expect(look.body).toMatchObject({ records: 3, isCounted: true, problems: [] });
	expect(look.body.refused).toBeUndefined();
	const { status, body: started } = await acme.owner.call("POST", `${at(flow)}/replays`, { from, to });
	expect(status).toBe(200);
	expect(started).toMatchObject({ of: "live", version: 1, records: 3, state: "created", startedBy: "Ada" });
	for (const { target } of started.outputs) expect(target).toMatch(new RegExp(`(_replay_${started.number}|a list of its own)$`));
	const { body: listed } = await acme.owner.call("GET", `${at(flow)}/replays`);
	expect(listed).toMatchObject([{ number: started.number, from, records: 3 }]);
	// Beside the flow: what runs is what ran.
	expect((await acme.owner.call("GET", at(flow))).body).toMatchObject({ liveVersion: 1, job: { state: "created" } });
	const [trace] = await acme.store.audit.newest(1);
	expect(trace).toMatchObject({ action: "flow.replay", target: flow.id, detail: { replay: started.number, records: 3 } });
	const { body: stopped } = await acme.owner.call("POST", `${at(flow)}/replays/${started.number}/stop`, {});
	expect(stopped.wanted).toBe("stopped");
});

test("a range that the log no longer holds is refused with the time from which it does", async () => {
	const { flow, endpoint, from, to } = await received(3);
	const stream = { tenant: acme.id, stream: `e:${endpoint}` };
	await rig.log.trim(stream, 0, (await rig.log.state(stream, 0)).last);
	const look = await preview(acme.owner, flow, from, to);
	expect(look.body.heldFrom).toBeGreaterThan(from);
	const sentence = `The log holds this flow's records from ${new Date(look.body.heldFrom).toISOString()} on`;
	expect(look.body.refused).toContain(sentence);
	const answer = await acme.owner.call("POST", `${at(flow)}/replays`, { from, to });
	expect(answer).toMatchObject({ status: 409, body: { error: { code: "RANGE_FORGOTTEN" } } });
	expect(answer.body.error.message).toContain(sentence);
	expect((await acme.owner.call("POST", `${at(flow)}/rewind`, { from })).body.error.code).toBe("RANGE_FORGOTTEN");
	expect((await preview(acme.owner, flow, look.body.heldFrom, Date.now() + 1_000)).body.refused).toBeUndefined();
});

test("a range that ends before it begins is refused", async () => {
	const { flow, to } = await received(0);
	const answer = await acme.owner.call("POST", `${at(flow)}/replays`, { from: to, to: to - 1 });
	expect(answer).toMatchObject({ status: 400, body: { error: { message: "The range must end after it begins." } } });
});

test("the draft is replayed by whoever may deploy it, and kept as the version it would be", async () => {
	const { flow, from, to } = await received(1);
	const operator = await acme.member("operator");
	const drawn: Flow = {
		...flow.draft.flow,
		nodes: flow.draft.flow.nodes.map((node) => (node.id === "http" ? { ...node, label: "Door" } : node)),
	};
	await acme.owner.call("PUT", `${at(flow)}/draft`, { baseRev: 1, baseLayoutRev: 1, flow: drawn });
	expect((await operator.call("POST", `${at(flow)}/replays`, { from, to, of: "draft" })).status).toBe(403);
	expect((await operator.call("POST", `${at(flow)}/replays`, { from, to })).status).toBe(200);
	expect((await acme.owner.call("POST", `${at(flow)}/replays`, { from, to, of: "draft", rev: 1 })).status).toBe(409);
	const { body } = await acme.owner.call("POST", `${at(flow)}/replays`, { from, to, of: "draft", rev: 2 });
	expect(body).toMatchObject({ of: "draft", version: 2 });
	expect((await acme.owner.call("GET", at(flow))).body).toMatchObject({ liveVersion: 1, hasUndeployedChanges: true });
	// Nothing was changed since: what is deployed is the version that was tried.
	expect((await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 2 })).body).toMatchObject({ version: 2, changed: true });
	expect((await acme.owner.call("GET", at(flow))).body).toMatchObject({ liveVersion: 2, hasUndeployedChanges: false });
});

test("replays leave room for what runs: no more than three of a flow at once", async () => {
	const { flow, from, to } = await received(1);
	for (let n = 0; n < 3; n++) expect((await acme.owner.call("POST", `${at(flow)}/replays`, { from, to })).status).toBe(200);
	expect((await acme.owner.call("POST", `${at(flow)}/replays`, { from, to })).body.error.code).toBe("QUOTA_EXCEEDED");
});

test("a rewind says what it does to each sink and each node before it is done", async () => {
	const { flow, from } = await received(4);
	const { body: look } = await acme.owner.call("GET", `${at(flow)}/rewind-preview?from=${from}`);
	expect(look).toMatchObject({ version: 1, records: 4, isCounted: true });
	expect(look.sinks.length).toBeGreaterThan(0);
	for (const { sentence } of look.sinks) expect(sentence).toMatch(/\.$/);
	expect(look.resets.map(({ holds }: { holds: string }) => holds)).toContain("open windows");
	const { status, body: job } = await acme.owner.call("POST", `${at(flow)}/rewind`, { from });
	expect(status).toBe(200);
	const stored = await rig.workers.job(job.id);
	expect(stored).toMatchObject({ fromMs: from, startsAnew: true, reading: job.id, replay: undefined });
	const [trace] = await acme.store.audit.newest(1);
	expect(trace).toMatchObject({ action: "flow.rewind", target: flow.id, detail: { from, records: 4 } });
});

test("a draft that is to take over needs places of its own, and doors that take in records as before", async () => {
	const { flow, from } = await received(2);
	const sink = flow.draft.flow.nodes.find((node) => node.kind === "postgres-sink");
	const drawn = (config: Readonly<Record<string, unknown>>, door: Readonly<Record<string, unknown>> = {}): Flow => ({
		...flow.draft.flow,
		nodes: flow.draft.flow.nodes.map((node) =>
			node.id === sink?.id
				? { ...node, config: { ...node.config, ...config } }
				: node.id === "http"
					? { ...node, config: { ...node.config, ...door } }
					: node,
		),
	});
	const save = (draft: Flow, rev: number) => acme.owner.call("PUT", `${at(flow)}/draft`, { baseRev: rev, baseLayoutRev: 1, flow: draft });
	const look = async () => (await acme.owner.call("GET", `${at(flow)}/replay-preview?from=${from}&of=draft`)).body;
	expect((await look()).problems).toMatchObject([{ code: "backfill-same-place", nodeId: sink?.id }]);
	await save(drawn({ table: "elsewhere" }, { maxRecordBytes: 1_000 }), 1);
	expect((await look()).problems).toMatchObject([{ code: "backfill-other-door", nodeId: "http" }]);
	await save(drawn({ table: "elsewhere" }), 2);
	const ready = await look();
	expect(ready).toMatchObject({ records: 2, problems: [] });
	expect(ready.outputs).toContainEqual(expect.objectContaining({ nodeId: sink?.id, target: "elsewhere" }));
	const { status, body } = await acme.owner.call("POST", `${at(flow)}/replays`, { from, of: "draft", rev: 3 });
	expect(status).toBe(200);
	expect(body).toMatchObject({ version: 2, isTakingOver: false });
	expect(body.to).toBeUndefined();
	expect((await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 3 })).body.error.code).toBe("FLOW_RUNNING");
	expect((await acme.owner.call("POST", `${at(flow)}/replays`, { from })).body.error.message).toContain("Say where the range ends.");
});
