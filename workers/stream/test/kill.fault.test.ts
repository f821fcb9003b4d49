import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exchangedFlow, expectedAmounts, expectedMinutes, minuteFlow, type Pumped, pumpStream } from "./pumps.ts";
import { type Deployed, World } from "./world.ts";

/*
 * Real workers, really killed. Each test is seen to fail when one of these holds:
 * - the set of dedup is not part of the checkpoint: what is sent again after a death counts twice
 * - a commit looks neither at the generation nor at the position: the zombie's rows count twice
 * Each fence alone, and the position in a transaction of its own, are held by the conformance suite of commit authorities.
 */

let world: World;
beforeEach(async () => {
	world = await World.open({ sliceMs: 1_000 });
	await world.startControl();
});
afterEach(() => world.close());

async function minutes(): Promise<string[]> {
	const rows = await world.rows<{ device: string; window_start: Date; n: string; litres: number }>("per_minute");
	return rows.map((row) => `${row.device} ${row.window_start.toISOString()} ${row.n} ${row.litres}`).sort();
}

async function amounts(): Promise<string[]> {
	const rows = await world.rows<{ litres: number; window_start: Date; n: string }>("per_amount");
	return rows.map((row) => `${row.litres} ${row.window_start.toISOString()} ${row.n}`).sort();
}

async function consumed(deployed: Deployed): Promise<number> {
	return (await world.ledger(deployed)).in;
}

describe("a worker that dies", () => {
	it("changes nothing about the rows, however often and wherever", async () => {
		const pumps = pumpStream(11);
		const both = [await world.deploy(minuteFlow()), await world.deploy(exchangedFlow())] as const;
		let workers: ChildProcess[] = [await world.startWorker(), await world.startWorker()];
		const posted: Pumped[] = [];
		const takeovers: number[] = [];
		let repeats = 0;
		for (let death = 0; death < 5; death++) {
			// What was sent before the death is sent again after it: what dedup remembers has to survive too.
			const repeated = posted.slice(-150);
			for (const deployed of both) await world.post(deployed, repeated);
			repeats += repeated.length;
			const some = pumps.take(600);
			posted.push(...some);
			for (let at = 0; at < some.length; at += 100) {
				for (const deployed of both) await world.post(deployed, some.slice(at, at + 100));
				await pause(20 + pumps.random() * 60);
			}
			await pause(pumps.random() * 400);
			const [victim, survivor] = pumps.random() < 0.5 ? workers : [...workers].reverse();
			if (victim === undefined || survivor === undefined) throw new Error("no workers");
			victim.kill("SIGKILL");
			const killedAt = performance.now();
			workers = [survivor, await world.startWorker()];
			const more = pumps.take(100);
			posted.push(...more);
			for (const deployed of both) await world.post(deployed, more);
			await vi.waitFor(
				async () => {
					for (const deployed of both) expect((await world.ledger(deployed)).in).toBe(posted.length + repeats);
				},
				{ timeout: 15_000, interval: 20 },
			);
			takeovers.push(performance.now() - killedAt);
		}
		for (const deployed of both) await world.finish(deployed);
		expect(await minutes()).toEqual(expectedMinutes(posted));
		expect(await amounts()).toEqual(expectedAmounts(posted));
		for (const deployed of both) {
			expect(await world.ledger(deployed)).toMatchObject({
				in: posted.length + repeats,
				duplicate: repeats,
				deadLetter: 0,
				inFlight: 0,
				difference: 0,
			});
		}
		console.log(`takeover after kill -9, ms: ${takeovers.map((ms) => ms.toFixed(0)).join(" ")}`);
		expect(Math.max(...takeovers)).toBeLessThan(8_000);
	});

	it("changes nothing when one dies before and after it took a task, between write and commit, and after the commit", async () => {
		const pumps = pumpStream(12);
		const posted: Pumped[] = [];
		const both = [await world.deploy(minuteFlow()), await world.deploy(exchangedFlow())] as const;
		for (const failpoint of ["acquire:before@2", "acquire:after@2", "commit:written@2", "commit:after@2", "commit:written@5"]) {
			const mortal = await world.startWorker({ failpoint });
			const died = mortal.signalCode !== null ? Promise.resolve() : new Promise<void>((resolve) => mortal.once("exit", () => resolve()));
			const some = pumps.take(400);
			for (const deployed of both) await world.post(deployed, [...posted.slice(-100), ...some]);
			posted.push(...some);
			await died;
		}
		await world.startWorker();
		for (const deployed of both) await world.untilState(deployed, "running");
		for (const deployed of both) await world.finish(deployed);
		expect(await minutes()).toEqual(expectedMinutes(posted));
		expect(await amounts()).toEqual(expectedAmounts(posted));
	});
});

describe("a worker that is paused for longer than its lease", () => {
	it("cannot commit when it wakes, and the other one's rows stand", async () => {
		await world.close();
		world = await World.open({ sliceMs: 10_000, limits: { commitEveryMs: 1_500, commitIdleMs: 1_500 } });
		await world.startControl();
		const pumps = pumpStream(13);
		const deployed = await world.deploy(minuteFlow());
		const sleeper = await world.startWorker();
		const fenced = new Promise<void>((resolve) => {
			sleeper.on("message", (message) => {
				if (typeof message === "object" && message !== null && "fenced" in message) resolve();
			});
		});
		await world.untilState(deployed, "running");
		const posted = pumps.take(400);
		await world.post(deployed, posted);
		await vi.waitFor(async () => expect(await consumed(deployed)).toBe(400), { timeout: 10_000, interval: 50 });
		const unseen = pumps.take(400);
		await world.post(deployed, unseen);
		// It has read these and not committed them.
		await pause(700);
		sleeper.kill("SIGSTOP");
		await world.startWorker();
		await vi.waitFor(async () => expect(await consumed(deployed)).toBe(800), { timeout: 20_000, interval: 50 });
		sleeper.kill("SIGCONT");
		await fenced;
		const last = pumps.take(200);
		await world.post(deployed, last);
		await world.finish(deployed);
		expect(await minutes()).toEqual(expectedMinutes([...posted, ...unseen, ...last]));
		expect(await world.ledger(deployed)).toMatchObject({ in: 1_000, difference: 0 });
	});
});

describe("a record that kills the process", () => {
	it("does so three times, then is a dead letter with its bytes", async () => {
		const records = pumpStream(14)
			.take(600)
			.map((record) => (record.litres === 13 ? { ...record, litres: 12 } : record));
		const fatal = { device: "pump-3", n: 1_000_000, litres: 13, at: records[300]?.at ?? 0 };
		const deployed = await world.deploy(minuteFlow());
		await world.post(deployed, [...records.slice(0, 300), fatal, ...records.slice(300)]);
		let deaths = 0;
		let isOver = false;
		const keepAlive = async (): Promise<void> => {
			const worker = await world.startWorker({ isMortal: true });
			const onDeath = () => {
				if (isOver) return;
				deaths += 1;
				void keepAlive();
			};
			if (worker.signalCode !== null) onDeath();
			else worker.once("exit", onDeath);
		};
		await keepAlive();
		await vi.waitFor(
			async () => {
				const { records: letters } = await world.tenant.deadLetters.page({ flow: deployed.flow }, undefined, 10);
				expect(letters.map((letter) => letter.code)).toEqual(["RECORD_POISONOUS"]);
				expect(JSON.parse(Buffer.from(letters[0]?.raw ?? []).toString())).toEqual(fatal);
			},
			{ timeout: 150_000, interval: 200 },
		);
		await world.finish(deployed);
		isOver = true;
		expect(deaths).toBe(3);
		expect(await minutes()).toEqual(expectedMinutes(records));
	}, 240_000);
});
