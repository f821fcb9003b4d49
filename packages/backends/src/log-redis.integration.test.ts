import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isWeirError } from "@weir/errors";
import { describeLog } from "@weir/runtime/conformance";
import { type RunningRedis, startRedis } from "@weir/tooling";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createRedisLog } from "./log-redis.ts";

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "weir-log-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeLog(
	"Redis",
	async () => {
		let redis: RunningRedis = await startRedis({ folder: path.join(folder, "conformance"), appendfsync: "always" });
		const log = createRedisLog(redis.url);
		return {
			log,
			service: {
				kill: async () => {
					const ended = once(redis.process, "exit");
					redis.process.kill("SIGKILL");
					await ended;
				},
				revive: async () => {
					redis = await startRedis({ folder: path.join(folder, "conformance"), port: redis.port, appendfsync: "always" });
				},
			},
			close: async () => {
				await log.close();
				await redis.stop();
			},
		};
	},
	{ outlivesService: true },
);

describe("log on Redis", () => {
	const stream = { tenant: "water", stream: "e:pump" };
	const isFull = (error: unknown) => isWeirError(error) && error.code === "LOG_FULL" && (error.retryAfterMs ?? 0) > 0;

	it("says LOG_FULL at 85 % of its memory, and can still be read and trimmed", async () => {
		const redis = await startRedis({ folder: path.join(folder, "full"), settings: { maxmemory: "6mb" } });
		const log = createRedisLog(redis.url);
		try {
			const frame = Buffer.alloc(60_000, "x");
			let seq = 0;
			const append = () => log.append(stream, 0, frame, 1, { id: "p", seq: ++seq });
			await expect(
				(async () => {
					for (;;) await append();
				})(),
			).rejects.toSatisfy(isFull);
			// At the latest one second later the appends are refused before they are sent.
			await vi.waitFor(() => expect(append()).rejects.toSatisfy(isFull), { timeout: 3_000 });
			expect(await log.memoryUse()).toBeGreaterThan(0.8);
			const { last } = await log.state(stream, 0);
			expect((await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 100_000, waitMs: 0 }))[0]).toHaveLength(1);
			await log.trim(stream, 0, last);
			await vi.waitFor(append, { timeout: 5_000 });
		} finally {
			await log.close();
			await redis.stop();
		}
	});

	it("says LOG_FULL at 85 % of the disk, and takes more when there is room again", async () => {
		const redis = await startRedis({ folder: path.join(folder, "disk") });
		let use = 0.84;
		const log = createRedisLog(redis.url, { diskUse: async () => use });
		let seq = 0;
		const append = () => log.append(stream, 0, Buffer.from("x"), 1, { id: "p", seq: ++seq });
		try {
			await append();
			use = 0.85;
			await vi.waitFor(() => expect(append()).rejects.toSatisfy(isFull), { timeout: 3_000 });
			use = 0.84;
			await vi.waitFor(append, { timeout: 3_000 });
		} finally {
			await log.close();
			await redis.stop();
		}
	});

	it("forgets message ids when their time is over, because they cost memory", async () => {
		const redis = await startRedis({ folder: path.join(folder, "ids") });
		const log = createRedisLog(redis.url, { horizonMs: 60_000 });
		const raw = new Redis(redis.url);
		try {
			const record = Buffer.from("x");
			await log.appendIdentified(stream, 0, Buffer.alloc(16), [{ messageId: "a", record }], { id: "p", seq: 1 });
			const [key = ""] = await raw.keys("{t:water}:i:*");
			expect(await raw.pttl(key)).toBeLessThanOrEqual(60_000);
			expect(await raw.pttl(key)).toBeGreaterThan(50_000);
		} finally {
			raw.disconnect();
			await log.close();
			await redis.stop();
		}
	});

	it("forgets producers that were silent for a day once there are many", async () => {
		const redis = await startRedis({ folder: path.join(folder, "producers") });
		const log = createRedisLog(redis.url);
		const raw = new Redis(redis.url);
		try {
			const key = "{t:water}:m:e:pump:0";
			for (let i = 0; i < 250; i++) await raw.hset(key, `p:old ${i}`, `1 ${Date.now() - 90_000_000} 1-0`);
			await raw.hset(key, "p:recent", `9 ${Date.now() - 60_000} 5-0`);
			await log.append(stream, 0, Buffer.from("x"), 1, { id: "new", seq: 1 });
			expect(Object.keys(await raw.hgetall(key)).sort()).toEqual(["last", "p:new", "p:recent", "records"]);
			expect(await log.append(stream, 0, Buffer.from("x"), 1, { id: "recent", seq: 9 })).toBe("5-0");
		} finally {
			raw.disconnect();
			await log.close();
			await redis.stop();
		}
	});

	it("promises what its Redis is set to do with each append, and says why not more", async () => {
		const redis = await startRedis({ folder: path.join(folder, "promise"), appendfsync: "always" });
		const log = createRedisLog(redis.url);
		const raw = new Redis(redis.url);
		try {
			expect(await log.promise()).toMatchObject({ log: "redis", usual: "fsync", refused: { memory: expect.any(String) } });
			await raw.config("SET", "appendfsync", "everysec");
			const careless = await log.promise();
			expect(careless.usual).toBe("memory");
			expect(careless.refused.fsync).toContain("appendfsync everysec");
			await raw.config("SET", "appendfsync", "always");
			await raw.call("ACL", "SETUSER", "default", "-config");
			// Nobody may ask: then no more is promised than holds in any case.
			expect(await log.promise()).toMatchObject({ usual: "memory", refused: { fsync: expect.stringContaining("CONFIG GET") } });
		} finally {
			raw.disconnect();
			await log.close();
			await redis.stop();
		}
	});

	it("refuses in bounded time when Redis does not answer at all", async () => {
		const redis = await startRedis({ folder: path.join(folder, "hang") });
		const log = createRedisLog(redis.url);
		try {
			await log.append(stream, 0, Buffer.from("x"), 1, { id: "p", seq: 1 });
			redis.process.kill("SIGSTOP");
			const before = performance.now();
			const isAway = (error: unknown) => isWeirError(error) && error.code === "LOG_UNAVAILABLE";
			await expect(log.append(stream, 0, Buffer.from("y"), 1, { id: "p", seq: 2 })).rejects.toSatisfy(isAway);
			expect(performance.now() - before).toBeLessThan(7_000);
		} finally {
			redis.process.kill("SIGCONT");
			await log.close();
			await redis.stop();
		}
	});
});
