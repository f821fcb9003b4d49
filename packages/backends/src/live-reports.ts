import { liveField, liveKey, parseTaskReport, type TaskReport } from "@weir/jobs";
import type { Redis } from "ioredis";
import { script } from "./log-scripts.ts";
import { connectRedis, runScript } from "./redis-client.ts";
import { LUA_GONE } from "./tombstones.ts";

const FLUSH_EVERY_MS = 500;
/** Figures of a job that has long ended are in the roll-ups. */
const FORGET_MS = 7 * 86_400_000;

const NOTHING = { generation: 0, counters: {}, position: {}, lagRecords: 0, watermark: null, isIdle: false, isDone: false } as const;

/**
 * KEYS the reports of a job and the generations they are of, in turn · ARGV how long they are kept, then field, generation and report in turn.
 * A worker that was replaced may send what it has to say late: it must not take the place of what its successor said, nor come after the flow.
 */
const PUT = script(`${LUA_GONE}
for i = 1, #KEYS, 2 do
	local at = 2 + (i - 1) / 2 * 3
	local held = redis.call('HGET', KEYS[i + 1], ARGV[at])
	local newest = tonumber(held or '0')
	if tonumber(ARGV[at + 1]) >= newest and (held or not isGone(string.sub(KEYS[i], 6))) then
		redis.call('HSET', KEYS[i], ARGV[at], ARGV[at + 2])
		redis.call('HSET', KEYS[i + 1], ARGV[at], ARGV[at + 1])
		redis.call('PEXPIRE', KEYS[i], ARGV[1])
		redis.call('PEXPIRE', KEYS[i + 1], ARGV[1])
	end
end
`);

/** Key of the hash of the generations that a job's reports are of. */
export function generationsKey(job: string): string {
	return `${liveKey(job)}:generations`;
}

/** Reports of tasks in control Redis. Losing them costs nothing: the truth is in the checkpoints. */
export class LiveReports {
	readonly #client: Redis;
	readonly #waiting = new Map<string, TaskReport>();
	readonly #timer: NodeJS.Timeout;

	constructor(url: string) {
		this.#client = connectRedis(url);
		this.#timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
		this.#timer.unref();
	}

	/** Takes the newest report of a task; it goes out with the next flush. */
	put(report: TaskReport): void {
		this.#waiting.set(`${liveKey(report.job)}\n${liveField(report.stage, report.partition)}`, report);
	}

	/** Says why a task pauses that nobody holds at this moment; what was reported of it before stays. */
	putFailure(task: Pick<TaskReport, "tenant" | "job" | "stage" | "partition" | "worker" | "at">, failure: TaskReport["failure"]): void {
		if (this.#client.status !== "ready" || failure === undefined) return;
		void this.#client
			.hget(liveKey(task.job), liveField(task.stage, task.partition))
			.then((text) => {
				const before = text === null ? undefined : parseTaskReport(text);
				this.put({ ...NOTHING, ...before, ...task, failure });
			})
			.catch(() => {});
	}

	/** Sets the figures of a task right after it has ended: whoever held it may have died behind its last commit, before it could report. */
	async correct(
		task: Pick<TaskReport, "tenant" | "job" | "stage" | "partition">,
		last: Pick<TaskReport, "counters" | "position" | "watermark">,
	) {
		const text = await this.#client.hget(liveKey(task.job), liveField(task.stage, task.partition));
		const before = text === null ? undefined : parseTaskReport(text);
		// Whoever held it may still send its last report: this one is to stand.
		const generation = (before?.generation ?? 0) + 1;
		this.put({ ...NOTHING, worker: "", at: Date.now(), ...before, ...task, ...last, generation });
		await this.flush();
	}

	/** The newest reports of a job; what cannot be read is left out. */
	async ofJob(job: string): Promise<readonly TaskReport[]> {
		const texts = await this.#client.hvals(liveKey(job));
		return texts.flatMap((text) => parseTaskReport(text) ?? []);
	}

	/** Sends what waits. While Redis is away the newest report of each task waits on. */
	async flush(): Promise<void> {
		if (this.#waiting.size === 0 || this.#client.status !== "ready") return;
		const reports = [...this.#waiting.entries()];
		this.#waiting.clear();
		try {
			const keys = reports.flatMap(([, { job }]) => [liveKey(job), generationsKey(job)]);
			const args = reports.flatMap(([, report]) => [liveField(report.stage, report.partition), report.generation, JSON.stringify(report)]);
			await runScript(this.#client, PUT, keys, [FORGET_MS, ...args]);
		} catch {
			for (const [key, report] of reports) if (!this.#waiting.has(key)) this.#waiting.set(key, report);
		}
	}

	async close(): Promise<void> {
		clearInterval(this.#timer);
		await this.flush();
		this.#client.disconnect();
	}
}
