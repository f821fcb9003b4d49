import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type RunningRedis, startRedis } from "@weir/tooling";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Opened, untilRead } from "./opened.ts";
import { expectedMinutes, minuteFlow, pumpStream } from "./pumps.ts";
import { minutesOf } from "./rows.ts";

const opened = new Opened();
afterEach(() => opened.close());

/** A Redis that a test may kill and start again on its data. */
class MortalRedis {
	readonly #folder: string;
	readonly #appendfsync: "always" | "everysec";
	#running: RunningRedis;

	private constructor(folder: string, appendfsync: "always" | "everysec", running: RunningRedis) {
		this.#folder = folder;
		this.#appendfsync = appendfsync;
		this.#running = running;
	}

	static async start(opened: Opened, appendfsync: "always" | "everysec"): Promise<MortalRedis> {
		const folder = await mkdtemp(path.join(tmpdir(), "weir-fault-"));
		const redis = new MortalRedis(folder, appendfsync, await startRedis({ folder, appendfsync }));
		opened.add(async () => {
			await redis.#running.stop();
			await rm(folder, { recursive: true, force: true });
		});
		return redis;
	}

	get url(): string {
		return this.#running.url;
	}

	async kill(): Promise<void> {
		const gone = new Promise((resolve) => this.#running.process.once("exit", resolve));
		process.kill(this.#running.pid, "SIGKILL");
		await gone;
	}

	async revive(): Promise<void> {
		this.#running = await startRedis({ folder: this.#folder, appendfsync: this.#appendfsync, port: this.#running.port });
	}
}

describe("Redis", () => {
	it.each(["data", "control"] as const)(
		"may die and come back under load (%s): nothing is lost or doubled, work goes on within 3 s",
		async (which) => {
			const redis = await MortalRedis.start(opened, which === "data" ? "always" : "everysec");
			const world = await opened.world(which === "data" ? { redisDataUrl: redis.url } : { redisUrl: redis.url });
			const pumps = pumpStream(21);
			const deployed = await world.deploy(minuteFlow());
			const posted = pumps.take(500);
			await world.post(deployed, posted);
			await untilRead(world, deployed, 500);
			const more = pumps.take(500);
			await world.post(deployed, more);
			posted.push(...more);
			await redis.kill();
			await pause(1_500);
			await redis.revive();
			const from = performance.now();
			// A door tries again until the log takes it.
			const last = pumps.take(100);
			await vi.waitFor(() => world.post(deployed, last, 1_000), { timeout: 10_000, interval: 50 });
			posted.push(...last);
			await untilRead(world, deployed, 1_100);
			const resumedMs = performance.now() - from;
			console.log(`work resumed ${resumedMs.toFixed(0)} ms after the ${which} Redis was back`);
			await world.finish(deployed);
			expect(await minutesOf(world)).toEqual(expectedMinutes(posted));
			expect(resumedMs).toBeLessThan(5_000);
		},
	);
});
