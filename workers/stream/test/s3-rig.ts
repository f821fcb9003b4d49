import { randomUUID } from "node:crypto";
import { createRedisLog, LogAuthority, MemoryCrashNotes, MemoryDeadLetters } from "@weir/backends";
import { openS3 } from "@weir/connections/s3";
import { Secret } from "@weir/errors";
import { resolve } from "@weir/flow";
import { catalogue } from "@weir/nodes/definitions";
import { operators } from "@weir/nodes/operators";
import { type Plan, plan } from "@weir/planner";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import {
	CarefulGate,
	DEFAULT_TASK_LIMITS,
	endpointStream,
	type RunnerEnd,
	type StageTaskOptions,
	type TaskRef,
	TaskRunner,
} from "@weir/runtime";

/** What it takes to run the flow, also in another process. */
export interface S3RigParts {
	readonly redisUrl: string;
	readonly endpoint: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly bucket: string;
	readonly tenant: string;
	readonly job: string;
	/** Settings of the sink. */
	readonly sink: Readonly<Record<string, unknown>>;
}

export interface Reading {
	readonly device: string;
	readonly n: number;
	readonly litres: number | null;
	readonly at: string;
}

const FIELDS = [
	{ name: "device", type: "text" },
	{ name: "n", type: "integer" },
	{ name: "litres", type: "number" },
	{ name: "at", type: "timestamp" },
];
const ENDPOINT = "ep-1";

/** Readings over several hours, some of them out of order. */
export function readings(from: number, count: number): readonly Reading[] {
	return Array.from({ length: count }, (_, i) => {
		const n = from + i;
		const at = new Date(Date.parse("2026-03-01T22:00:00Z") + ((n * 7_919) % 14_400) * 1_000).toISOString();
		return { device: `pump-${n % 5}`, n, litres: n % 11 === 0 ? null : n / 4, at };
	});
}

function planOf(sink: S3RigParts["sink"]): Plan {
	const at = { version: 1, position: { x: 0, y: 0 } };
	const source = { fields: FIELDS, eventTimeField: "at", keyField: "device", maxDisorderMs: 2_000, idleAfterMs: 60_000 };
	const nodes = [
		{ id: "src", kind: "http-source", label: "src", config: source, ...at },
		{ id: "out", kind: "s3-sink", label: "out", config: { connection: "s3", ...sink }, ...at },
	];
	const edges = [{ id: "e", from: { node: "src", port: "out" }, to: { node: "out", port: "in" } }];
	const { resolved, problems } = resolve({ schemaVersion: 1, nodes, edges }, catalogue);
	if (resolved === undefined) throw new Error(problems.map(({ message }) => message).join(" "));
	return plan(resolved, { sourcePartitions: 1, exchangePartitions: 1 });
}

/** One task that reads a stream of a real Redis and writes to a real bucket. */
export class S3Rig {
	readonly log;
	readonly commits;
	readonly deadLetters = new MemoryDeadLetters();
	readonly events: unknown[] = [];
	readonly #parts: S3RigParts;
	readonly #plan: Plan;
	readonly #target;
	#seq = 0;

	constructor(parts: S3RigParts) {
		this.#parts = parts;
		this.#plan = planOf(parts.sink);
		this.log = createRedisLog(parts.redisUrl);
		this.commits = new LogAuthority(parts.redisUrl);
		const { endpoint, bucket, accessKeyId } = parts;
		const stored = { endpoint, bucket, accessKeyId, prefix: "lake" };
		this.#target = openS3(stored, { secretAccessKey: new Secret(parts.secretAccessKey) }, { rules: "anywhere", requestTimeoutMs: 2_000 });
	}

	get task(): TaskRef {
		const { tenant, job } = this.#parts;
		return { tenant, job, stage: this.#plan.stages[0]?.id ?? "", partition: 0 };
	}

	/** Each post is an entry of the log. */
	async post(records: readonly Reading[], each = 20): Promise<void> {
		for (let from = 0; from < records.length; from += each) {
			const some = records.slice(from, from + each);
			const packed = some.map((record) =>
				encodeRecord({ key: record.device, topic: "", payload: new TextEncoder().encode(JSON.stringify(record)) }),
			);
			const stream = endpointStream(this.#parts.tenant, ENDPOINT);
			await this.log.append(stream, 0, encodeRawFrame(Date.now(), packed), some.length, { id: "test", seq: ++this.#seq });
		}
	}

	/** An owner of the task, as another process would be. */
	owner(more: Partial<Pick<StageTaskOptions, "failpoint">> = {}): TaskRunner {
		const [stage] = this.#plan.stages;
		if (stage === undefined) throw new Error("The plan has no stage.");
		const options: StageTaskOptions = {
			task: this.task,
			plan: this.#plan,
			stage,
			registry: operators,
			seed: 1,
			endpoints: { src: ENDPOINT },
			log: this.log,
			authority: { type: "log", commits: this.commits },
			outside: { flow: "pumps", open: async () => this.#target },
			deadLetters: this.deadLetters,
			crashNotes: new MemoryCrashNotes(),
			gate: new CarefulGate(),
			clock: { now: Date.now, sleep: async () => {} },
			limits: { ...DEFAULT_TASK_LIMITS, readBytes: 4_000, waitMs: 20, commitRows: 1, commitEveryMs: 20, commitIdleMs: 10 },
			tell: (event) => this.events.push(event),
			...more,
		};
		let last = 0;
		// Generations grow over processes, as those of Postgres do.
		const leases = {
			take: async () => (last = Math.max(last + 1, Math.round(performance.timeOrigin * 1_000 + performance.now() * 1_000))),
			renew: async () => true,
		};
		return new TaskRunner(options, leases);
	}

	/** One slice; ends as soon as there is nothing left to do where the flow is to drain. */
	slice(owner: TaskRunner, wanted: "running" | "drained" = "running", ms = 200): Promise<RunnerEnd> {
		return owner.run({ untilMs: Date.now() + ms, signal: new AbortController().signal, wanted: () => wanted });
	}

	/** Reads to the end of what is in the log, whatever stands in the way for a while. */
	async drain(owner = this.owner()): Promise<readonly RunnerEnd["how"][]> {
		const ends: RunnerEnd["how"][] = [];
		for (let turn = 0; turn < 200; turn++) {
			const end = await this.slice(owner, "drained", 10_000);
			ends.push(end.how);
			if (end.how === "done") return ends;
			if (end.how === "failed") throw end.failure;
		}
		throw new Error(`The task does not come to its end: ${ends.slice(-5).join(", ")}.`);
	}

	async close(): Promise<void> {
		await this.#target.close();
		await Promise.all([this.log.close(), this.commits.close()]);
	}
}

/** Names of its own for a test. */
export function freshParts(
	services: Pick<S3RigParts, "redisUrl" | "endpoint" | "accessKeyId" | "secretAccessKey">,
	sink: S3RigParts["sink"],
): S3RigParts {
	return { ...services, bucket: `weir-${randomUUID()}`, tenant: randomUUID(), job: randomUUID(), sink };
}
