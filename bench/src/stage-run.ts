import { createMemoryLog, MemoryAuthority, MemoryCrashNotes, openLog, openLogAuthority, PostgresAuthority } from "@weir/backends";
import { resolve } from "@weir/flow";
import type { OperatorRegistry } from "@weir/node-kit";
import { catalogue } from "@weir/nodes/definitions";
import { operators } from "@weir/nodes/operators";
import { type Plan, plan } from "@weir/planner";
import {
	CarefulGate,
	type Clock,
	DEFAULT_TASK_LIMITS,
	type Entry,
	endpointStream,
	type Log,
	type ReadRequest,
	type StageAuthority,
	StageTask,
	type TaskLimits,
} from "@weir/runtime";
import { referenceDrawing } from "./drawing.ts";
import { REFERENCE_FLEET } from "./events.ts";
import { Feed } from "./feed.ts";
import { answerEach } from "./own-process.ts";
import { postgresPool } from "./postgres-pool.ts";

/*
 * The reference flow as a worker runs it, stages, checkpoints and all, in a process of its own: `stage-run.ts <setup as JSON>`. Its sink counts rows
 * and writes none, so that what differs between two runs is what they were set up to differ in.
 */

export interface StageSetup {
	/** Flows in this one process, each with a state of its own. */
	readonly flows: number;
	/** Of so many shapes, by turns: flows of one shape differ in the constants of their condition. */
	readonly shapes: number;
	readonly partitions: number;
	readonly devices: number;
	/** Where checkpoints go each second; none: nothing is committed before the end of a run. */
	readonly checkpoints: { readonly to: "none" } | { readonly to: "redis" | "postgres"; readonly url: string };
	/** A Redis to read from; absent: frames come from memory. */
	readonly log?: string;
	/** Frames taken at a time. */
	readonly framesPerRead: number;
}

/** `fill` writes records to the log, `run` takes in as many. */
export interface StageOrder {
	readonly act: "fill" | "run";
	readonly events: number;
}

export interface StageAnswer {
	readonly events: number;
	/** Processor time of this process per event. */
	readonly cpuNs: number;
	readonly wallNs: number;
	readonly rows: number;
	readonly commits: number;
	/** What is stored of all states. */
	readonly storedBytes: number;
	readonly rssBytes: number;
}

interface Running {
	readonly task: StageTask;
	readonly feed: Feed;
	readonly stream: string;
	readonly partition: number;
	/** Frames that were written for it or, from memory, may be read. */
	upTo: number;
	filled: number;
	end: AbortController;
}

const TENANT = "bench";
const FEED_EVENTS = 1_000_000;
const UNBOUND = Number.POSITIVE_INFINITY;

const setup = JSON.parse(process.argv[2] ?? "{}") as StageSetup;
let rows = 0;
const registry: OperatorRegistry = new Map([
	...operators,
	[
		"log-sink",
		async () => ({
			createSink: () => ({
				onBatch: (batch: { readonly selected: number }) => {
					rows += batch.selected;
				},
				pending: () => ({ rows: 0, bytes: 0 }),
				write: async () => {},
			}),
		}),
	],
]);

const clock: Clock = {
	now: Date.now,
	sleep: (ms) => new Promise((wake) => setTimeout(wake, ms)),
};

function limits(): TaskLimits {
	// As the stream worker sets them.
	// Reads are cut short here, which a task takes for the end of the stream: it is not to wait there for more.
	const worker = { ...DEFAULT_TASK_LIMITS, readBytes: 512_000, commitBytes: 4_000_000, gatherMs: 0 };
	if (setup.checkpoints.to !== "none") return worker;
	return {
		...worker,
		commitBytes: UNBOUND,
		commitReadBytes: UNBOUND,
		commitRows: UNBOUND,
		commitEveryMs: UNBOUND,
		commitIdleMs: UNBOUND,
		commitBusyMs: UNBOUND,
	};
}

function refuse(reason: string | undefined): void {
	if (reason !== undefined) throw new Error(`A record was set aside: ${reason}`);
}

async function authority(): Promise<StageAuthority> {
	const { checkpoints } = setup;
	if (checkpoints.to === "none") return { type: "log", commits: new MemoryAuthority(createMemoryLog()) };
	if (checkpoints.to === "redis")
		return { type: "log", commits: await openLogAuthority({ LOG: "redis", REDIS_DATA_URL: checkpoints.url }) };
	return { type: "connection", commits: new PostgresAuthority(postgresPool(checkpoints.url, 8), "public") };
}

function planOf(flow: number, prefix: string): Plan {
	const threshold = 20 + (flow % 100) / 100;
	const { resolved, problems } = resolve(referenceDrawing({ sink: { kind: "log-sink", config: {} }, threshold, prefix }), catalogue);
	if (resolved === undefined) throw new Error(problems.map(({ message }) => message).join(" "));
	return plan(resolved, { sourcePartitions: setup.partitions, exchangePartitions: 1 });
}

/** Frames of `feed` for a shape and a partition; flows of one shape are given the same. */
function makeFeeds(): readonly (readonly Feed[])[] {
	const { shapes, partitions, devices } = setup;
	return Array.from({ length: shapes }, (_shape, shape) =>
		Array.from({ length: partitions }, (_partition, number) => {
			const share = Math.max(20_000, Math.floor(FEED_EVENTS / (shapes * partitions)));
			return new Feed({
				...REFERENCE_FLEET,
				events: share,
				devices: Math.max(1, Math.round(devices / partitions)),
				stepMs: REFERENCE_FLEET.stepMs * partitions,
				...(shapes === 1 ? {} : { prefix: `s${shape}_` }),
				...(partitions === 1 ? {} : { partition: { number, of: partitions } }),
			});
		}),
	);
}

/** Gives each task the frames that it may read, and ends its slice when it has had them. */
class Reader implements Pick<Log, "read"> {
	readonly #running = new Map<string, Running>();
	readonly #log: Log | undefined;

	constructor(log: Log | undefined) {
		this.#log = log;
	}

	add(running: Running): void {
		this.#running.set(`${running.stream}/${running.partition}`, running);
	}

	async read(requests: readonly ReadRequest[]): Promise<readonly (readonly Entry[])[]> {
		// As with a log outside, everybody else has a turn meanwhile.
		if (this.#log === undefined) await new Promise(setImmediate);
		return Promise.all(requests.map((request) => this.#readOne(request)));
	}

	async #readOne(request: ReadRequest): Promise<readonly Entry[]> {
		const running = this.#running.get(`${request.stream.stream}/${request.partition}`);
		if (running === undefined) throw new Error("A task reads what is not its own.");
		if (running.filled >= running.upTo) {
			running.end.abort();
			return [];
		}
		if (this.#log === undefined) return this.#fromMemory(running, Number(request.after));
		const [entries = []] = await this.#log.read([request], { maxBytes: setup.framesPerRead * 63_000, waitMs: 100 });
		running.filled += entries.length;
		return entries;
	}

	#fromMemory(running: Running, after: number): readonly Entry[] {
		const entries: Entry[] = [];
		while (entries.length < setup.framesPerRead && running.filled < running.upTo) {
			running.filled += 1;
			entries.push({ id: String(after + entries.length + 1), frame: running.feed.frame(after + entries.length) });
		}
		return entries;
	}
}

const log = setup.log === undefined ? undefined : await openLog({ LOG: "redis", REDIS_DATA_URL: setup.log });
const reader = new Reader(log);
const feeds = makeFeeds();
const movingNs = feeds[0]?.[0]?.cost() ?? 0;
const all: Running[] = [];
const commits = await authority();
const shared = {
	registry,
	seed: 1,
	log: log ?? createMemoryLog(),
	reader,
	authority: commits,
	gate: new CarefulGate(),
	clock,
	limits: limits(),
};
for (let flow = 0; flow < setup.flows; flow++) {
	const shape = flow % setup.shapes;
	const made = planOf(flow, setup.shapes === 1 ? "" : `s${shape}_`);
	const [stage] = made.stages;
	if (stage === undefined || made.stages.length > 1) throw new Error("The reference flow is one stage.");
	for (let partition = 0; partition < setup.partitions; partition++) {
		const endpoint = `${process.pid}-${flow}`;
		const task = await StageTask.open(
			{
				...shared,
				task: { tenant: TENANT, job: `job-${endpoint}`, stage: stage.id, partition },
				plan: made,
				stage,
				endpoints: { source: endpoint },
				deadLetters: { put: async ([letter]) => refuse(letter?.reason) },
				crashNotes: new MemoryCrashNotes(),
			},
			1,
		);
		const feed = feeds[shape]?.[partition];
		if (task === undefined || feed === undefined) throw new Error("A task could not be opened.");
		const running = {
			task,
			feed,
			partition,
			stream: endpointStream(TENANT, endpoint).stream,
			upTo: 0,
			filled: 0,
			end: new AbortController(),
		};
		all.push(running);
		reader.add(running);
	}
}

/** Lets every task have its share of so many events; answers how many they are, in whole frames. */
function allot(events: number): number {
	let sum = 0;
	for (const running of all) {
		const upTo = running.upTo + Math.max(1, Math.round(events / all.length / (running.feed.eventsIn(0) || 1)));
		for (; running.upTo < upTo; running.upTo++) sum += running.feed.eventsIn(running.upTo);
		running.end = new AbortController();
	}
	return sum;
}

/** Writes what the next run reads to the log. */
async function fill(events: number): Promise<void> {
	if (log === undefined) return;
	await Promise.all(
		all.map(async ({ feed, stream, partition, upTo }) => {
			const frames = Math.max(1, Math.round(events / all.length / (feed.eventsIn(0) || 1)));
			for (let number = upTo; number < upTo + frames; number++) {
				const producer = { id: "bench", seq: number + 1 };
				await log.append({ tenant: TENANT, stream }, partition, feed.frame(number), feed.eventsIn(number), producer);
			}
		}),
	);
}

async function run(wanted: number): Promise<StageAnswer> {
	const events = allot(wanted);
	const moved = () => feeds.flat().reduce((sum, feed) => sum + feed.moved, 0);
	const committed = () => all.reduce((sum, { task }) => sum + task.commits, 0);
	const before = { moved: moved(), commits: committed(), rows, cpu: process.cpuUsage(), at: performance.now() };
	await Promise.all(
		all.map(({ task, end }) => task.run({ untilMs: Number.POSITIVE_INFINITY, signal: end.signal, wanted: () => "running" })),
	);
	const wallNs = (performance.now() - before.at) * 1e6;
	const { user, system } = process.cpuUsage(before.cpu);
	const ours = (moved() - before.moved) * movingNs;
	return {
		events,
		cpuNs: ((user + system) * 1_000 - ours) / events,
		wallNs: (wallNs - ours) / events,
		rows: rows - before.rows,
		commits: committed() - before.commits,
		storedBytes: all.reduce((sum, { task }) => sum + task.storedBytes, 0),
		rssBytes: process.memoryUsage().rss,
	};
}

process.on("SIGTERM", () => process.exit(0));
answerEach<StageOrder>(async ({ act, events }) => {
	if (act === "run") return run(events);
	await fill(events);
	return {};
});
