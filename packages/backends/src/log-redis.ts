import type { LogPromise } from "@weir/jobs";
import type { Entry, EntryId, IdentifiedRecord, PartitionState, Producer, ReadRequest, StreamRef } from "@weir/runtime";
import type { Redis } from "ioredis";
import { LogAppends } from "./log-appends.ts";
import { compareEntryIds, entryIdAt, familyOf, nextEntryId, seenKey, stateKey, streamKey, timeOfEntryId } from "./log-keys.ts";
import { ENTRIES_AT_FIRST, entriesOf, LogReaders, xreadArguments } from "./log-reader.ts";
import { promiseOf } from "./log-redis-promise.ts";
import { APPEND_IDENTIFIED, READ, type Script, STATE, TRIM } from "./log-scripts.ts";
import type { MeasuredLog } from "./measured-log.ts";
import { connectRedis, full, type RedisArgument, runScript, sortRedisError, untilReady } from "./redis-client.ts";
import { bury } from "./tombstones.ts";

const KEYS_PER_READ = 64;

export interface RedisLogOptions {
	/** How long a message id is remembered. */
	readonly horizonMs?: number;
	/** Share of `maxmemory` at which appends are refused, so that workers can still drain. */
	readonly fullAt?: number;
	/** Share of the disk behind Redis that is used, where it can be known: appends are refused at `fullAt` of it too. */
	readonly diskUse?: () => Promise<number>;
	/** How many reads may wait at one time. */
	readonly readers?: number;
}

/** The log on Redis Streams: one stream and one state hash per partition, written by scripts only. */
export function createRedisLog(url: string, options: RedisLogOptions = {}): MeasuredLog {
	return new RedisLog(url, options);
}

class RedisLog implements MeasuredLog {
	readonly #client: Redis;
	readonly #appends: LogAppends;
	readonly #readers: LogReaders;
	readonly #horizonMs: number;
	readonly #fullAt: number;
	readonly #diskUse: () => Promise<number>;
	readonly #watch: NodeJS.Timeout;
	#isFull = false;

	constructor(url: string, { horizonMs = 86_400_000, fullAt = 0.85, diskUse = async () => 0, readers = 32 }: RedisLogOptions) {
		this.#client = connectRedis(url);
		this.#appends = new LogAppends((script, keys, args) => this.#run(script, keys, args));
		this.#readers = new LogReaders(url, readers);
		this.#horizonMs = horizonMs;
		this.#fullAt = fullAt;
		this.#diskUse = diskUse;
		this.#client.on("ready", () => void this.#weigh());
		this.#watch = setInterval(() => void this.#weigh(), 1_000);
		this.#watch.unref();
	}

	async append(stream: StreamRef, partition: number, frame: Uint8Array, records: number, producer: Producer): Promise<EntryId> {
		if (this.#isFull) throw full();
		return this.#appends.append({ stream, partition, frame: bufferOf(frame), records, producer });
	}

	async appendIdentified(
		stream: StreamRef,
		partition: number,
		header: Uint8Array,
		records: readonly IdentifiedRecord[],
		producer: Producer,
	): Promise<{ readonly accepted: number; readonly duplicates: readonly number[] }> {
		if (this.#isFull) throw full();
		const bucket = Math.floor(Date.now() / (this.#horizonMs / 2));
		const args: RedisArgument[] = [producer.id, producer.seq, this.#horizonMs, bufferOf(header)];
		for (const { messageId, record } of records) args.push(messageId, bufferOf(record));
		const answer = await this.#run(
			APPEND_IDENTIFIED,
			[streamKey(stream, partition), stateKey(stream, partition), ...[0, 1, 2].map((age) => seenKey(stream, bucket - age))],
			args,
		);
		const [accepted = "0", duplicates = ""] = String(answer).split(" ");
		return { accepted: Number(accepted), duplicates: duplicates === "" ? [] : duplicates.split(",").map(Number) };
	}

	async read(
		requests: readonly ReadRequest[],
		{ maxBytes, waitMs, signal }: { readonly maxBytes: number; readonly waitMs: number; readonly signal?: AbortSignal },
	): Promise<readonly (readonly Entry[])[]> {
		const groups: ReadRequest[][] = [];
		for (let at = 0; at < requests.length; at += KEYS_PER_READ) groups.push(requests.slice(at, at + KEYS_PER_READ));
		const now = (await Promise.all(groups.map((group) => this.#readNow(group, maxBytes)))).flat();
		if (waitMs <= 0 || signal?.aborted || now.some((entries) => entries.length > 0)) return now;
		return this.#readLater(groups, waitMs, signal);
	}

	async state(stream: StreamRef, partition: number): Promise<PartitionState> {
		const reply = await this.#run(STATE, [streamKey(stream, partition), stateKey(stream, partition)], []);
		const [first = "", last = "", records = "0"] = (reply as Buffer[]).map(String);
		return { first: first === "" ? undefined : first, last, records: Number(records) };
	}

	async tail(stream: StreamRef, partition: number, entries: number): Promise<readonly Entry[]> {
		const found = await this.#call((client) => client.xrevrangeBuffer(streamKey(stream, partition), "+", "-", "COUNT", entries));
		return found.map(([id, fields]) => ({ id: String(id), frame: fields[1] ?? Buffer.alloc(0) }));
	}

	compare(a: EntryId, b: EntryId): number {
		return compareEntryIds(a, b);
	}

	async at(_stream: StreamRef, _partition: number, timeMs: number): Promise<EntryId> {
		return entryIdAt(timeMs);
	}

	async trim(stream: StreamRef, partition: number, upTo: EntryId): Promise<void> {
		if (upTo === "") return;
		await this.#run(TRIM, [streamKey(stream, partition), stateKey(stream, partition)], [upTo, nextEntryId(upTo)]);
	}

	async heldFrom(stream: StreamRef, partition: number): Promise<number | undefined> {
		const trimmed = await this.#call((client) => client.hget(stateKey(stream, partition), "trimmed"));
		return trimmed === null ? undefined : timeOfEntryId(trimmed) + 1;
	}

	async seal(stream: StreamRef, partition: number): Promise<void> {
		await this.#call((client) => client.hset(stateKey(stream, partition), "sealed", 1));
	}

	async unseal(stream: StreamRef, partition: number): Promise<void> {
		await this.#call((client) => client.hdel(stateKey(stream, partition), "sealed"));
	}

	async isSealed(stream: StreamRef, partition: number): Promise<boolean> {
		return (await this.#call((client) => client.hexists(stateKey(stream, partition), "sealed"))) === 1;
	}

	async drop(stream: StreamRef, partitions: number): Promise<void> {
		const bucket = Math.floor(Date.now() / (this.#horizonMs / 2));
		// A later generation shares the ids of the first.
		const keys = familyOf(stream) === stream ? [0, 1, 2].map((age) => seenKey(stream, bucket - age)) : [];
		for (let partition = 0; partition < partitions; partition++) keys.push(streamKey(stream, partition), stateKey(stream, partition));
		await this.#call((client) => client.unlink(...keys));
	}

	bury(ids: readonly string[]): Promise<void> {
		return this.#call((client) => bury(client, ids));
	}

	async eraseTenant(tenant: string): Promise<void> {
		await this.bury([tenant]);
		// What was being written to goes on until all that belongs to it is gone: so until nothing is found.
		while ((await this.#eraseKeys(`{t:${tenant}}:*`)) > 0);
	}

	memoryUse(): Promise<number> {
		return this.#call(memoryUseOf);
	}

	async bytes(stream: StreamRef, partition: number): Promise<number> {
		return (await this.#call((client) => client.memory("USAGE", streamKey(stream, partition)))) ?? 0;
	}

	promise(): Promise<LogPromise> {
		return this.#call(promiseOf);
	}

	async setDurability(): Promise<void> {}

	async close(): Promise<void> {
		clearInterval(this.#watch);
		this.#readers.close();
		this.#client.disconnect();
	}

	/** Few entries come as they are. Where many small ones are left, a script gathers them: it costs Redis more for each byte, and less for each entry. */
	async #readNow(requests: readonly ReadRequest[], maxBytes: number): Promise<readonly (readonly Entry[])[]> {
		const found = await this.#call(async (client) => entriesOf(requests, await client.callBuffer("XREAD", xreadArguments(requests))));
		const more: { readonly at: number; readonly request: ReadRequest; readonly bytes: number }[] = [];
		const read = found.map((all, at) => {
			const entries = upTo(maxBytes, all);
			const last = entries.at(-1);
			const bytes = sizeOf(entries);
			const request = requests[at];
			if (
				all.length === ENTRIES_AT_FIRST &&
				entries.length === all.length &&
				bytes * 2 < maxBytes &&
				last !== undefined &&
				request !== undefined
			)
				more.push({ at, request: { ...request, after: last.id }, bytes });
			return entries;
		});
		if (more.length === 0) return read;
		const rest = await this.#gather(
			more.map(({ request }) => request),
			maxBytes - Math.max(...more.map(({ bytes }) => bytes)),
		);
		for (const [i, { at }] of more.entries()) read[at] = [...(read[at] ?? []), ...(rest[i] ?? [])];
		return read;
	}

	async #gather(requests: readonly ReadRequest[], maxBytes: number): Promise<readonly (readonly Entry[])[]> {
		const reply = await this.#run(
			READ,
			requests.map((request) => streamKey(request.stream, request.partition)),
			[maxBytes, ...requests.map((request) => request.after)],
		);
		return (reply as Buffer[][]).map((flat) => {
			const entries: Entry[] = [];
			for (let i = 0; i + 1 < flat.length; i += 2) entries.push({ id: String(flat[i]), frame: flat[i + 1] ?? Buffer.alloc(0) });
			return entries;
		});
	}

	/** The first group that has something ends the wait of all. */
	async #readLater(
		groups: readonly ReadRequest[][],
		waitMs: number,
		signal: AbortSignal | undefined,
	): Promise<readonly (readonly Entry[])[]> {
		const done = new AbortController();
		const any = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
		try {
			const all = await Promise.all(
				groups.map(async (group) => {
					const found = await this.#readers.wait(group, waitMs, any);
					if (found.some((entries) => entries.length > 0)) done.abort();
					return found;
				}),
			);
			return all.flat();
		} catch (error) {
			done.abort();
			throw sortRedisError(error);
		}
	}

	async #eraseKeys(pattern: string): Promise<number> {
		let erased = 0;
		let cursor = "0";
		do {
			const [next, keys] = await this.#call((client) => client.scan(cursor, "MATCH", pattern, "COUNT", 1_000));
			if (keys.length > 0) await this.#call((client) => client.unlink(...keys));
			erased += keys.length;
			cursor = next;
		} while (cursor !== "0");
		return erased;
	}

	#run(script: Script, keys: readonly string[], args: readonly RedisArgument[]): Promise<unknown> {
		return this.#call((client) => runScript(client, script, keys, args));
	}

	async #call<T>(act: (client: Redis) => Promise<T>): Promise<T> {
		if (this.#client.status !== "ready") await untilReady(this.#client);
		try {
			return await act(this.#client);
		} catch (error) {
			throw sortRedisError(error);
		}
	}

	async #weigh(): Promise<void> {
		if (this.#client.status !== "ready") return;
		// A failure here says nothing about fullness; the calls report it themselves.
		const [memory, disk] = await Promise.all([memoryUseOf(this.#client).catch(() => undefined), this.#diskUse().catch(() => 0)]);
		if (memory !== undefined) this.#isFull = disk >= this.#fullAt || memory >= this.#fullAt;
	}
}

/** The first of the entries, up to so many bytes, and one at least. */
function upTo(maxBytes: number, entries: readonly Entry[]): readonly Entry[] {
	let bytes = 0;
	const end = entries.findIndex(({ frame }, i) => {
		bytes += frame.byteLength;
		return i > 0 && bytes > maxBytes;
	});
	return end < 0 ? entries : entries.slice(0, end);
}

function sizeOf(entries: readonly Entry[]): number {
	return entries.reduce((sum, { frame }) => sum + frame.byteLength, 0);
}

async function memoryUseOf(client: Redis): Promise<number> {
	const info = await client.info("memory");
	const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? 0);
	const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
	return limit > 0 ? used / limit : 0;
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
