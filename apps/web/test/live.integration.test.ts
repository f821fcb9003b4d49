import { counterOf, edgeCounter, liveField, liveKey, type TapSample, type TaskReport, tapKey } from "@weir/jobs";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import type { FlowDetail } from "../src/server/api/contract/index.ts";
import { type ApiRig, openApiRig, type Person, type TestTenant } from "./api-rig.ts";

let rig: ApiRig;
let acme: TestTenant;
let redis: Redis;
const open: Stream[] = [];

beforeAll(async () => {
	rig = await openApiRig();
	acme = await rig.newTenant();
	redis = new Redis(inject("services").redisUrl);
});

afterEach(async () => {
	await Promise.all(open.splice(0).map((stream) => stream.close()));
});

afterAll(async () => {
	redis.disconnect();
	await rig.close();
});

interface Told {
	readonly event: string;
	// biome-ignore lint/suspicious/noExplicitAny: a test looks into events of every shape.
	readonly data: any;
}

interface Stream {
	readonly id: string;
	/** The next event that fits. */
	next(fits: (told: Told) => boolean): Promise<Told>;
	topics(topics: readonly string[]): Promise<{ topics: string[]; refused: { topic: string; code: string }[] }>;
	ended(): Promise<void>;
	close(): Promise<void>;
}

/** Opens the event stream of a tab. */
async function listen(person: Person, tenant = acme): Promise<Stream> {
	const response = await rig.api.request(`http://weir.test/t/${tenant.slug}/live`, {
		headers: { cookie: person.cookie, "sec-fetch-site": "same-origin" },
	});
	expect(response.headers.get("content-type")).toContain("text/event-stream");
	const reader = response.body?.getReader();
	if (reader === undefined) throw new Error("There is no stream.");
	const decoder = new TextDecoder();
	let text = "";
	let isOver = false;
	const told: Told[] = [];
	const more = async () => {
		const { value, done } = await reader.read();
		if (done) isOver = true;
		text += decoder.decode(value);
		const parts = text.split("\n\n");
		text = parts.pop() ?? "";
		for (const part of parts) {
			const match = /^event: (\w+)\ndata: (.*)$/s.exec(part);
			if (match?.[1] !== undefined) told.push({ event: match[1], data: JSON.parse(match[2] ?? "null") });
		}
	};
	const next: Stream["next"] = async (fits) => {
		for (;;) {
			const found = told.findIndex(fits);
			const [event] = found < 0 ? [] : told.splice(0, found + 1).slice(-1);
			if (event !== undefined) return event;
			if (isOver) throw new Error("The stream has ended.");
			await more();
		}
	};
	const { data } = await next(({ event }) => event === "hello");
	const stream: Stream = {
		id: data.stream,
		next,
		topics: async (topics) => (await person.call("POST", `/t/${tenant.slug}/live`, { stream: data.stream, topics })).body,
		async ended() {
			while (!isOver) await more();
		},
		close: () => reader.cancel(),
	};
	open.push(stream);
	return stream;
}

async function runningFlow(): Promise<{ flow: FlowDetail; job: string }> {
	const flow = await rig.newFlow(acme);
	const { body } = await acme.owner.call("POST", `/t/${acme.slug}/flows/${flow.id}/deploy`, { rev: 1 });
	const stored = await rig.workers.job(body.jobId);
	if (stored === undefined) throw new Error("The job is missing.");
	await rig.workers.moveJob(stored, "running");
	return { flow, job: body.jobId };
}

/** Says what a worker would say after a commit. */
async function report(job: string, counters: Record<string, number>, more: Partial<TaskReport> = {}): Promise<void> {
	const told: TaskReport = {
		tenant: acme.id,
		job,
		stage: "s1",
		partition: 0,
		generation: 1,
		worker: "w1",
		at: Date.now(),
		counters,
		position: {},
		lagRecords: 7,
		watermark: Date.now() - 2_000,
		isIdle: false,
		isDone: false,
		...more,
	};
	await redis.hset(liveKey(job), liveField(told.stage, told.partition), JSON.stringify(told));
}

test("rates of nodes and edges follow what workers commit, within three seconds", async () => {
	const { flow, job } = await runningFlow();
	const stream = await listen(acme.owner);
	await stream.topics([`flow:${flow.id}`]);
	let sent = 0;
	const commits = setInterval(() => {
		sent += 10;
		void report(job, { [counterOf("http", "in")]: sent, [edgeCounter("http-dedup")]: sent, [counterOf("table", "delivered")]: sent });
	}, 100);
	try {
		const started = Date.now();
		const node = (told: Told) => told.data.metrics.nodes.find((each: { nodeId: string }) => each.nodeId === "http");
		const told = await stream.next((event) => event.event === "flow" && node(event)?.inPerSecond > 85 && node(event).inPerSecond < 115);
		expect(Date.now() - started).toBeLessThan(3_500);
		expect(told.data.metrics).toMatchObject({ lagRecords: 7 });
		expect(told.data.metrics.watermarkDelayMs).toBeGreaterThan(1_500);
		expect(told.data.job).toMatchObject({ state: "running", health: "ok" });
		const edge = told.data.metrics.edges.find((each: { edgeId: string }) => each.edgeId === "http-dedup");
		expect(edge.perSecond).toBeGreaterThan(80);
	} finally {
		clearInterval(commits);
	}
});

test("a task that pauses shows its reason at its node, and the flow is degraded", async () => {
	const { flow, job } = await runningFlow();
	await report(job, {}, { failure: { code: "SINK_UNAVAILABLE", message: "PostgreSQL is away.", node: "table" } });
	const { body } = await acme.owner.call("GET", `/t/${acme.slug}/flows/${flow.id}/overview`);
	expect(body.job).toMatchObject({ health: "degraded", failure: { node: "table" } });
	const table = body.metrics.nodes.find((node: { nodeId: string }) => node.nodeId === "table");
	expect(table).toMatchObject({ state: "failing", reason: "PostgreSQL is away." });
	expect((await acme.owner.call("GET", `/t/${acme.slug}/flows/${flow.id}`)).body.status).toBe("degraded");
});

test("the job's topic tells what each task does: worker, restarts, last commit, sizes and why it pauses; the page gets its plan too", async () => {
	const { flow, job } = await runningFlow();
	const stored = await rig.workers.job(job);
	if (stored === undefined) throw new Error("The job is missing.");
	const { body: before } = await acme.owner.call("GET", `/t/${acme.slug}/flows/${flow.id}/job`);
	expect(before.tasks).toEqual([]);
	const place = { job, stage: before.plan[0].id, partition: 0 };
	await rig.workers.ensureTasks(stored, [place]);
	for (const worker of ["w1", "w2", "w2"]) await rig.workers.lease(place, worker);
	const committedAt = Date.now() - 1_000;
	const failure = { code: "SINK_UNAVAILABLE", message: "PostgreSQL is away.", node: "table" };
	await report(
		job,
		{},
		{ ...place, worker: "w2", committedAt, storedBytes: 900, stateBytes: { dedup: 600 }, stateLimitBytes: 1_000, failure },
	);
	const stream = await listen(acme.owner);
	expect(await stream.topics([`job:${flow.id}`])).toMatchObject({ refused: [] });
	const { data } = await stream.next(({ event, data: told }) => event === "job" && told.tasks[0]?.committedAt !== undefined);
	expect(data.tasks).toMatchObject([
		{
			stage: place.stage,
			partition: 0,
			state: "running",
			worker: "w2",
			restarts: 0,
			committedAt,
			storedBytes: 900,
			stateBytes: { dedup: 600 },
			failure,
		},
	]);
	expect(data.workers).toEqual([{ name: "w2", tasks: 1, stateBytes: 600, stateLimitBytes: 1_000 }]);
	const { body } = await acme.owner.call("GET", `/t/${acme.slug}/flows/${flow.id}/job`);
	expect(body).toMatchObject({ log: "redis", job: { id: job, wanted: "running", state: "running" } });
	expect(body.plan[0].nodes.map(({ id }: { id: string }) => id)).toContain("dedup");
	const { body: overview } = await acme.owner.call("GET", `/t/${acme.slug}/flows/${flow.id}/overview`);
	expect(overview.stages[0]).toMatchObject({ tasks: { running: 1, failed: 0 }, storedBytes: 900, oldestCommitAt: committedAt });
	expect(overview.metrics.state).toMatchObject({ bytes: 600, fill: 0.6, limitBytes: 1_000 });
});

test("an endpoint's topic tells when the first record arrives", async () => {
	const flow = await rig.newFlow(acme);
	const [endpoint] = await acme.store.endpoints.ofFlow(flow.id);
	const id = endpoint?.id ?? "";
	const stream = await listen(acme.owner);
	await stream.topics([`endpoint:${id}`]);
	expect((await stream.next(({ event }) => event === "endpoint")).data).toEqual({ endpointId: id, records: 0 });
	await rig.post(acme, id, "pump-1", "{}");
	const told = await stream.next(({ event, data }) => event === "endpoint" && data.records === 1);
	expect(Date.now() - told.data.lastRecordAt).toBeLessThan(5_000);
});

test("the list's topic tells state and rate of every flow of the tenant and of no other", async () => {
	const globex = await rig.newTenant("Globex");
	const theirs = await rig.newFlow(globex);
	const { flow } = await runningFlow();
	const stream = await listen(acme.owner);
	await stream.topics(["flows"]);
	const { data } = await stream.next(({ event }) => event === "flows");
	const ids = data.flows.map((each: { id: string }) => each.id);
	expect(ids).toContain(flow.id);
	expect(ids).not.toContain(theirs.id);
});

test("a tap asks the workers for samples, passes on at most 20 rows a second, and stops them when the panel closes", async () => {
	const { flow, job } = await runningFlow();
	const stream = await listen(acme.owner);
	const topic = `tap:${flow.id}:node:dedup`;
	await stream.topics([topic]);
	expect(Number(await redis.hget(tapKey(job), "dedup"))).toBeGreaterThan(Date.now());
	expect(rig.live.counts().taps).toBe(1);
	const rows = Array.from({ length: 20 }, (_, n) => ({ at: n, key: "pump-1", value: `{"n":${n}}`, sizeBytes: 7 }));
	const sample: TapSample = { target: "dedup", seen: 500, rows };
	await expect.poll(() => redis.publish(tapKey(job), JSON.stringify(sample))).toBe(1);
	await redis.publish(tapKey(job), JSON.stringify({ ...sample, target: "another node" }));
	const told = await stream.next(({ event, data }) => event === "tap" && data.rows.length > 0);
	expect(told.data.rows.length).toBeLessThanOrEqual(20);
	expect(told.data.seen % 500).toBe(0);
	expect(told.data.rows[0]).toMatchObject({ key: "pump-1", value: '{"n":19}' });
	const audited = await acme.store.audit.newest(5);
	expect(audited.map((entry) => entry.action)).toContain("data.tap");
	await stream.topics([]);
	expect(await redis.hexists(tapKey(job), "dedup")).toBe(0);
	expect(rig.live.counts().taps).toBe(0);
});

test("closing the tab closes its taps", async () => {
	const { flow, job } = await runningFlow();
	const stream = await listen(acme.owner);
	await stream.topics([`tap:${flow.id}:edge:http-dedup`]);
	await stream.close();
	await expect.poll(() => redis.hexists(tapKey(job), "http-dedup")).toBe(0);
});

test("who may not see payloads gets counts but no tap", async () => {
	const { flow } = await runningFlow();
	const viewer = await acme.member("viewer");
	const stream = await listen(viewer);
	const answer = await stream.topics([`flow:${flow.id}`, `tap:${flow.id}:node:dedup`]);
	expect(answer.topics).toEqual([`flow:${flow.id}`]);
	expect(answer.refused).toMatchObject([{ topic: `tap:${flow.id}:node:dedup`, code: "ACCESS_FORBIDDEN" }]);
});

test("a tap ends when the right is taken away, and the stream when its person signs out", async () => {
	const { flow } = await runningFlow();
	const person = await acme.member("operator");
	const stream = await listen(person);
	const topic = `tap:${flow.id}:node:dedup`;
	await stream.topics([topic]);
	await rig.db.accounts.setRole(acme.id, person.userId, "viewer");
	const told = await stream.next(({ event }) => event === "ended");
	expect(told.data).toMatchObject({ topic, code: "ACCESS_FORBIDDEN" });
	await rig.db.accounts.endSession(person.sid);
	await stream.ended();
});

test("topics of another tenant are not there, and another person's stream cannot be steered", async () => {
	const globex = await rig.newTenant("Globex");
	const theirs = await rig.newFlow(globex);
	const [endpoint] = await globex.store.endpoints.ofFlow(theirs.id);
	const stream = await listen(acme.owner);
	const { topics, refused } = await stream.topics([`flow:${theirs.id}`, `tap:${theirs.id}:node:dedup`, `endpoint:${endpoint?.id}`]);
	expect(topics).toEqual([]);
	expect(refused.map(({ code }) => code)).toEqual(["ACCESS_NOT_FOUND", "ACCESS_NOT_FOUND", "ACCESS_NOT_FOUND"]);
	const other = await acme.member("admin");
	const answer = await other.call("POST", `/t/${acme.slug}/live`, { stream: stream.id, topics: ["flows"] });
	expect(answer.body.error.code).toBe("ACCESS_NOT_FOUND");
});

test("another site cannot hold a stream open with the person's cookie", async () => {
	const answer = await acme.owner.call("GET", `/t/${acme.slug}/live`, undefined, { "sec-fetch-site": "cross-site" });
	expect(answer.status).toBe(403);
});
