import type { Flow } from "@weir/flow";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FlowDetail } from "../src/server/api/contract/index.ts";
import { type ApiRig, openApiRig, type TestTenant } from "./api-rig.ts";

let rig: ApiRig;
let acme: TestTenant;

beforeAll(async () => {
	rig = await openApiRig();
	acme = await rig.newTenant();
});

afterAll(() => rig.close());

const at = (flow: FlowDetail) => `/t/${acme.slug}/flows/${flow.id}`;

/** Saves as the editor does. */
function save(flow: FlowDetail, drawing: Flow, base = flow.draft) {
	const body = { baseRev: base.rev, baseLayoutRev: base.layoutRev, flow: drawing };
	return acme.owner.call("PUT", `${at(flow)}/draft`, body);
}

const withLabel = (flow: Flow, id: string, label: string): Flow => ({
	...flow,
	nodes: flow.nodes.map((node) => (node.id === id ? { ...node, label } : node)),
});

const moved = (flow: Flow, by: number): Flow => ({
	...flow,
	nodes: flow.nodes.map((node) => ({ ...node, position: { x: node.position.x + by, y: node.position.y } })),
});

test("saving content counts the revision, moving counts the layout, saving nothing counts nothing", async () => {
	const flow = await rig.newFlow(acme);
	const first = await save(flow, withLabel(flow.draft.flow, "http", "Door"));
	expect(first.body).toMatchObject({ rev: 2, layoutRev: 1 });
	const second = await save(flow, moved(withLabel(flow.draft.flow, "http", "Door"), 40), { ...flow.draft, rev: 2 });
	expect(second.body).toMatchObject({ rev: 2, layoutRev: 2 });
	const third = await save(flow, moved(withLabel(flow.draft.flow, "http", "Door"), 40), { ...flow.draft, rev: 2 });
	expect(third.body).toMatchObject({ rev: 2, layoutRev: 2 });
});

test("a second window that saves on an old revision gets the other's drawing back, and nothing is lost", async () => {
	const flow = await rig.newFlow(acme);
	const theirs = withLabel(flow.draft.flow, "http", "Theirs");
	await save(flow, theirs);
	const mine = await save(flow, withLabel(flow.draft.flow, "mqtt", "Mine"));
	expect(mine.status).toBe(409);
	expect(mine.headers.get("content-type")).toBe("application/problem+json");
	expect(mine.body).toMatchObject({ rev: 2, flow: theirs, status: 409, error: { code: "FLOW_VERSION_STALE" } });
	const { body } = await acme.owner.call("GET", at(flow));
	expect(body.draft.flow).toEqual(theirs);
});

test("text that no database can keep, and numbers beyond it, are refused in words", async () => {
	const flow = await rig.newFlow(acme);
	const refusal = { status: 400, body: { error: { code: "REQUEST_INVALID" } } };
	for (const text of ["a\0b", "a\ud800b"]) {
		expect(await acme.owner.call("POST", `/t/${acme.slug}/flows`, { name: text })).toMatchObject(refusal);
		expect(await save(flow, withLabel(flow.draft.flow, "http", text))).toMatchObject(refusal);
		expect(await acme.owner.call("POST", `/t/${acme.slug}/devices`, { name: text })).toMatchObject(refusal);
	}
	expect(await acme.owner.call("GET", `/t/${acme.slug}/flows/%00`)).toMatchObject(refusal);
	expect(await acme.owner.call("GET", `${at(flow)}/versions/99999999999`)).toMatchObject(refusal);
	expect((await save(flow, withLabel(flow.draft.flow, "http", "Tür 🚪"))).status).toBe(200);
});

test("two windows that move nodes do not conflict", async () => {
	const flow = await rig.newFlow(acme);
	await save(flow, moved(flow.draft.flow, 10));
	expect((await save(flow, moved(flow.draft.flow, 20))).status).toBe(200);
});

test("ten windows that save at the same moment: one is stored, nine are told", async () => {
	const flow = await rig.newFlow(acme);
	const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => save(flow, withLabel(flow.draft.flow, "http", `Window ${i}`))));
	expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
});

test("renaming and deploying never make a draft stale", async () => {
	const flow = await rig.newFlow(acme);
	await acme.owner.call("PATCH", at(flow), { name: "Other pumps" });
	await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	expect((await save(flow, withLabel(flow.draft.flow, "http", "Door"))).status).toBe(200);
});

test("a drawing that is none is refused with the place of the fault", async () => {
	const flow = await rig.newFlow(acme);
	const broken = { ...flow.draft.flow, nodes: [{ id: "no good id!", kind: "filter" }] };
	const answer = await acme.owner.call("PUT", `${at(flow)}/draft`, { baseRev: 1, baseLayoutRev: 1, flow: broken });
	expect(answer.status).toBe(400);
	expect(answer.body.error.fields[0].path).toBe("flow.nodes.0.id");
});

test("a source node gets its address when the draft is saved, even while its settings are half typed, and keeps it", async () => {
	const { body: flow } = await acme.owner.call("POST", `/t/${acme.slug}/flows`, { name: "Empty" });
	const node = { id: "door", kind: "http-source", version: 1, label: "", config: { maxRecordBytes: "many" }, position: { x: 0, y: 0 } };
	await save(flow, { ...flow.draft.flow, nodes: [node] });
	const { body: before } = await acme.owner.call("GET", `${at(flow)}/endpoints`);
	expect(before).toHaveLength(1);
	expect(before[0]).toMatchObject({ nodeId: "door", protocol: "http", url: `http://doors.test:8080/v1/${before[0].key}`, records: 0 });
	await save(flow, { ...flow.draft.flow, nodes: [{ ...node, config: { format: "senml" } }] }, { ...flow.draft, rev: 2 });
	const { body: after } = await acme.owner.call("GET", `${at(flow)}/endpoints`);
	expect(after).toMatchObject([{ key: before[0].key, format: "senml" }]);
});

test("what a running door accepts changes with the deploy, not with the draft", async () => {
	const flow = await rig.newFlow(acme);
	await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	const other = {
		...flow.draft.flow,
		nodes: flow.draft.flow.nodes.map((node) =>
			node.id === "http" ? { ...node, config: { ...node.config, maxRecordBytes: 1_000 } } : node,
		),
	};
	await save(flow, other);
	const largest = async () => (await acme.store.endpoints.ofFlow(flow.id)).find((each) => each.node === "http")?.settings.maxRecordBytes;
	expect(await largest()).toBe(60_000);
	await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 2 });
	expect(await largest()).toBe(1_000);
});

test("deploying freezes a version and wants it running; deploying the same again changes nothing", async () => {
	const flow = await rig.newFlow(acme);
	const first = await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1, note: "First light" });
	expect(first.body).toMatchObject({ version: 1, changed: true });
	const again = await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	expect(again.body).toEqual({ version: 1, jobId: first.body.jobId, changed: false });
	const { body: detail } = await acme.owner.call("GET", at(flow));
	expect(detail).toMatchObject({ liveVersion: 1, hasUndeployedChanges: false, status: "starting", deployedBy: "Ada" });
	const { body: versions } = await acme.owner.call("GET", `${at(flow)}/versions`);
	expect(versions).toMatchObject([{ number: 1, note: "First light", isLive: true, createdBy: "Ada" }]);
	const { body: events } = await acme.owner.call("GET", `${at(flow)}/events`);
	expect(events[0]).toMatchObject({ kind: "deployed", text: "Ada deployed version 1: First light." });
});

test("ten deploys at the same moment make one version and one job", async () => {
	const flow = await rig.newFlow(acme);
	const answers = await Promise.all(Array.from({ length: 10 }, () => acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 })));
	expect(new Set(answers.map(({ body }) => body.jobId)).size).toBe(1);
	expect(answers.filter(({ body }) => body.changed)).toHaveLength(1);
});

test("a deploy of a draft that was changed meanwhile is refused", async () => {
	const flow = await rig.newFlow(acme);
	await save(flow, withLabel(flow.draft.flow, "http", "Door"));
	const answer = await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	expect([answer.status, answer.body.error.code]).toEqual([409, "FLOW_VERSION_STALE"]);
});

test("a flow with an error is not deployed, and the answer says what is wrong", async () => {
	const { body: flow } = await acme.owner.call("POST", `/t/${acme.slug}/flows`, { name: "Empty" });
	const answer = await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	expect([answer.status, answer.body.error.code]).toEqual([422, "FLOW_INVALID"]);
	expect(answer.body.error.message).toMatch(/^The flow cannot run yet: /);
});

test("at a version cut the old job goes on until the new one takes over from it", async () => {
	const flow = await rig.newFlow(acme);
	const first = await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	const old = await rig.workers.job(first.body.jobId);
	if (old === undefined) throw new Error("The job is missing.");
	await rig.workers.moveJob(old, "scheduling");
	await save(flow, withLabel(flow.draft.flow, "http", "Door"));
	const second = await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 2, fresh: ["average"] });
	expect(await rig.workers.job(first.body.jobId)).toMatchObject({ wanted: "running", isReplaced: true });
	expect(await rig.workers.job(second.body.jobId)).toMatchObject({
		previous: first.body.jobId,
		startPosition: undefined,
		fresh: ["average"],
		state: "created",
	});
});

test("partitions behind a regrouping are chosen with a deploy, and the next deploy keeps them", async () => {
	const flow = await rig.newFlow(acme);
	const first = await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	const preview = async (query = "") => (await acme.owner.call("GET", `${at(flow)}/deploy-preview${query}`)).body;
	expect((await preview()).partitions).toBe(4);
	expect((await preview("?partitions=8")).partitions).toBe(8);
	const second = await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1, partitions: 8 });
	expect(second.body).toMatchObject({ version: 1, changed: true });
	expect(second.body.jobId).not.toBe(first.body.jobId);
	expect((await preview()).partitions).toBe(8);
	expect((await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 })).body).toMatchObject({ changed: false });
	expect((await acme.owner.call("GET", `${at(flow)}/deploy-preview?partitions=65`)).status).toBe(400);
});

test("the preview says in words what a deploy changes, why the plan is cut so, and what becomes of state", async () => {
	const flow = await rig.newFlow(acme);
	await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	await save(flow, withLabel(flow.draft.flow, "running", "Pumps that run"));
	const { body } = await acme.owner.call("GET", `${at(flow)}/deploy-preview`);
	expect(body.rev).toBe(2);
	expect(body.changes).toEqual([
		{
			kind: "changed",
			what: "Pumps that run",
			nodeId: "running",
			fields: [{ label: "Name", before: { text: "Only running pumps", isCode: false }, after: { text: "Pumps that run", isCode: false } }],
		},
	]);
	const [first] = body.plan;
	expect(first.feeds).toContainEqual({ kind: "source", node: "http", partitions: 16 });
	expect(first.because.length).toBeGreaterThan(0);
	expect(body.plan.flatMap((stage: { sinks: { node: string; guarantee: string }[] }) => stage.sinks)).toContainEqual(
		expect.objectContaining({ node: "table", guarantee: "effectively-once" }),
	);
	expect(body.nodes.find((node: { nodeId: string }) => node.nodeId === "average")).toMatchObject({
		state: "kept",
		note: "Goes on with open windows.",
		mayStartFresh: true,
	});
	expect(body.nodes.find((node: { nodeId: string }) => node.nodeId === "running")).toMatchObject({ state: "kept", mayStartFresh: false });
	expect(body.inFlight).toContain("Nothing is closed early.");
});

test("pause, resume, drain and stop change what is wanted, and a running flow cannot be deleted", async () => {
	const flow = await rig.newFlow(acme);
	expect((await acme.owner.call("POST", `${at(flow)}/actions/pause`)).body.error.code).toBe("FLOW_NOT_DEPLOYED");
	await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	const act = async (action: string) => (await acme.owner.call("POST", `${at(flow)}/actions/${action}`)).body;
	expect(await act("pause")).toMatchObject({ wanted: "stopped", paused: true });
	expect(await act("resume")).toMatchObject({ wanted: "running", paused: false });
	expect(await act("drain")).toMatchObject({ wanted: "drained" });
	expect((await acme.owner.call("DELETE", at(flow))).body.error.code).toBe("FLOW_RUNNING");
	const job = await act("stop");
	const stored = await rig.workers.job(job.id);
	if (stored === undefined) throw new Error("The job is missing.");
	await rig.workers.moveJob(stored, "stopped");
	expect((await acme.owner.call("DELETE", at(flow))).status).toBe(200);
	expect((await acme.owner.call("GET", at(flow))).status).toBe(404);
});

test("deleting a flow forgets the records that were sent to it", async () => {
	const flow = await rig.newFlow(acme);
	const [endpoint] = await acme.store.endpoints.ofFlow(flow.id);
	const stream = { tenant: acme.id, stream: `e:${endpoint?.id}` };
	await rig.log.append(stream, 0, Buffer.from("frame"), 1, { id: `test-${flow.id}`, seq: 1 });
	expect((await acme.owner.call("DELETE", at(flow))).status).toBe(200);
	expect((await rig.log.state(stream, 0)).records).toBe(0);
});

test("a failed job that is resumed is scheduled again with fresh attempts", async () => {
	const flow = await rig.newFlow(acme);
	const { body } = await acme.owner.call("POST", `${at(flow)}/deploy`, { rev: 1 });
	const job = await rig.workers.job(body.jobId);
	if (job === undefined) throw new Error("The job is missing.");
	await rig.workers.ensureTasks(job, [{ stage: "s1", partition: 0 }]);
	await rig.workers.moveJob(job, "failed", { code: "CONNECTION_DENIED", message: "The password is wrong.", node: "table" });
	expect((await acme.owner.call("GET", at(flow))).body).toMatchObject({ status: "failed", job: { failure: { node: "table" } } });
	await acme.owner.call("POST", `${at(flow)}/actions/resume`);
	expect(await rig.workers.job(body.jobId)).toMatchObject({ state: "scheduling", wanted: "running" });
});

test("the sample shows the last records, newest first, and the fields found in them", async () => {
	const flow = await rig.newFlow(acme);
	const endpoint = (await acme.store.endpoints.ofFlow(flow.id)).find((each) => each.protocol === "http");
	if (endpoint === undefined) throw new Error("The endpoint is missing.");
	await rig.post(acme, endpoint.id, "pump-1", '{"temperature":20.5,"status":"ok"}');
	await rig.post(acme, endpoint.id, "pump-2", '{"temperature":21,"status":"off","litres":7}');
	const { body } = await acme.owner.call("GET", `${at(flow)}/endpoints/${endpoint.id}/sample`);
	expect(body.records.map((record: { device: string }) => record.device)).toEqual(["pump-2", "pump-1"]);
	expect(body.fields).toEqual([
		{ name: "temperature", type: "number" },
		{ name: "status", type: "text" },
		{ name: "litres", type: "number" },
	]);
	const [newest] = await acme.store.audit.newest(1);
	expect(newest).toMatchObject({ action: "data.sample", target: endpoint.id });
});

test("connecting a device answers commands with address, topic, token and a fitting record filled in", async () => {
	const flow = await rig.newFlow(acme);
	for (const endpoint of await acme.store.endpoints.ofFlow(flow.id)) {
		const { body } = await acme.owner.call("POST", `${at(flow)}/endpoints/${endpoint.id}/connect`, {});
		expect(body.token).toMatch(new RegExp(`^wd_${body.device.id}_`));
		if (endpoint.protocol === "http") {
			expect(body.curl).toContain(`'http://doors.test:8080/v1/${endpoint.key}'`);
			expect(body.curl).toContain(`'Authorization: Bearer ${body.token}'`);
		} else expect(body.curl).toBeUndefined();
		expect(JSON.parse(body.example)).toMatchObject({ device: "pump-1", temperature: 21.5 });
		if (endpoint.protocol === "mqtt") expect(body.mosquittoPub).toContain(`-t 'pumps/${body.device.id}'`);
	}
});

test("a simulation has a device of its own, and ends", async () => {
	const flow = await rig.newFlow(acme);
	const started = await acme.owner.call("POST", `${at(flow)}/simulation`, { perSecond: 5, devices: 3, minutes: 10 });
	expect(started.body.endsAt - started.body.startedAt).toBeGreaterThan(500_000);
	const operator = await rig.db.asOperator("a test looks at the simulations");
	const wanted = (await operator.simulationsWanted()).find((each) => each.flow === flow.id);
	expect(wanted).toMatchObject({ perSecond: 5, devices: 3, template: "pump-averages" });
	expect(wanted?.endpoints).toHaveLength(2);
	expect(wanted?.token).toMatch(/^wd_/);
	const device = wanted?.device ?? "";
	expect((await acme.owner.call("GET", `/t/${acme.slug}/devices/${device}`)).body.liveCredentials).toBe(1);
	await acme.owner.call("DELETE", `${at(flow)}/simulation`);
	expect((await acme.owner.call("GET", `/t/${acme.slug}/devices/${device}`)).body.liveCredentials).toBe(0);
	expect((await operator.simulationsWanted()).some((each) => each.flow === flow.id)).toBe(false);
});
