import {
	type Checkpoint,
	type CheckpointStep,
	type CommitAuthority,
	type ExchangeAppend,
	type LogCommitMedium,
	type Position,
	positionText,
	type TaskRef,
	taskName,
} from "@weir/runtime";
import type { Redis } from "ioredis";
import { ACQUIRE, COMMIT, READ_CHECKPOINT } from "./authority-scripts.ts";
import { readCheckpoint } from "./checkpoint-text.ts";
import { stateKey, streamKey } from "./log-keys.ts";
import { connectRedis, type RedisArgument, runScript, sortRedisError, untilReady } from "./redis-client.ts";
import { bury } from "./tombstones.ts";

/** Key of the hash that holds a task's checkpoint. */
function checkpointKey(task: TaskRef): string {
	return `{t:${task.tenant}}:c:${taskName(task)}`;
}

/** Key of the hash of what is stored of a task's operators, by number. */
function partsKey(task: TaskRef): string {
	return `{t:${task.tenant}}:cp:${taskName(task)}`;
}

/** Key of the set of a job's tasks that have a checkpoint here. */
function jobKey(tenant: string, job: string): string {
	return `{t:${tenant}}:cj:${job}`;
}

/** Key of the set of a job's capped lists. */
function listsKey(tenant: string, job: string): string {
	return `{t:${tenant}}:lj:${job}`;
}

/** Key of a capped list; `name` is `<node>/<name>`. */
export function cappedKey(tenant: string, job: string, name: string): string {
	return `{t:${tenant}}:l:${job}:${name}`;
}

/** Commits in the data Redis: one script checks generation and position, appends, and sets the checkpoint. */
export class LogAuthority implements CommitAuthority<LogCommitMedium> {
	readonly #client: Redis;

	constructor(url: string) {
		this.#client = connectRedis(url);
	}

	async acquire(task: TaskRef, generation: number): Promise<Checkpoint | undefined> {
		const reply = await this.#call(() =>
			runScript(this.#client, ACQUIRE, [checkpointKey(task), partsKey(task), jobKey(task.tenant, task.job)], [generation, taskName(task)]),
		);
		return reply === null ? undefined : checkpointOf(reply as CheckpointReply);
	}

	async read(task: TaskRef): Promise<Checkpoint | undefined> {
		const reply = await this.#call(() => runScript(this.#client, READ_CHECKPOINT, [checkpointKey(task), partsKey(task)], []));
		const fields = reply as CheckpointReply;
		return fields[0] === null ? undefined : checkpointOf(fields);
	}

	async prepare(_task: TaskRef, act: (medium: LogCommitMedium) => Promise<void>): Promise<void> {
		await act({ append: () => {}, appendCapped: () => {} });
	}

	async commit(
		task: TaskRef,
		generation: number,
		previous: Position,
		next: () => CheckpointStep,
		write: (medium: LogCommitMedium) => Promise<void>,
	): Promise<"committed" | "fenced"> {
		const appends: ExchangeAppend[] = [];
		const lists: { readonly name: string; readonly entries: readonly Uint8Array[]; readonly keep: number }[] = [];
		await write({
			append: (frame) => appends.push(frame),
			appendCapped: (name, entries, keep) => {
				if (entries.length > 0) lists.push({ name, entries: entries.slice(-keep), keep });
			},
		});
		const { position, state, watermark, counters, put, drop } = next();
		const keys = [checkpointKey(task), partsKey(task), listsKey(task.tenant, task.job)];
		for (const { stream, partition } of appends) keys.push(streamKey(stream, partition), stateKey(stream, partition));
		for (const { name } of lists) keys.push(cappedKey(task.tenant, task.job, name));
		const args: RedisArgument[] = [generation, positionText(previous), positionText(position), bufferOf(state)];
		args.push(watermark === Number.NEGATIVE_INFINITY ? "" : String(watermark), JSON.stringify(counters));
		args.push(appends.length, lists.length, drop.length, put.size);
		for (const { records, frame } of appends) args.push(records, bufferOf(frame));
		for (const { keep, entries } of lists) args.push(keep, entries.length, ...entries.map(bufferOf));
		args.push(...drop);
		for (const [number, bytes] of put) args.push(number, bufferOf(bytes));
		const reply = await this.#call(() => runScript(this.#client, COMMIT, keys, args));
		return Number(reply) === 1 ? "committed" : "fenced";
	}

	async forget(tenant: string, job: string): Promise<void> {
		await this.#call(async () => {
			await bury(this.#client, [job]);
			const [tasks, lists] = await Promise.all([this.#client.smembers(jobKey(tenant, job)), this.#client.smembers(listsKey(tenant, job))]);
			const checkpoints = tasks.flatMap((name) => [`{t:${tenant}}:c:${name}`, `{t:${tenant}}:cp:${name}`]);
			await this.#client.unlink(jobKey(tenant, job), listsKey(tenant, job), ...checkpoints, ...lists);
		});
	}

	async close(): Promise<void> {
		this.#client.disconnect();
	}

	async #call<T>(act: () => Promise<T>): Promise<T> {
		if (this.#client.status !== "ready") await untilReady(this.#client);
		try {
			return await act();
		} catch (error) {
			throw sortRedisError(error);
		}
	}
}

/** Position, state, watermark and counters, then the parts as number and bytes in turn. */
type CheckpointReply = readonly [Buffer | null, Buffer | null, Buffer | null, Buffer | null, readonly Buffer[]];

function checkpointOf([position, state, watermark, counters, stored]: CheckpointReply): Checkpoint {
	const parts: [number, Uint8Array][] = [];
	for (let i = 0; i < stored.length; i += 2) parts.push([Number(stored[i]), stored[i + 1] ?? new Uint8Array(0)]);
	return readCheckpoint({
		parts,
		position: String(position ?? "{}"),
		state: state ?? new Uint8Array(0),
		watermark: String(watermark ?? ""),
		counters: String(counters ?? "{}"),
	});
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
