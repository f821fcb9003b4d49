import { setTimeout as pause } from "node:timers/promises";
import { faketimeLibrary } from "@weir/tooling";
import { type Fault, LEASE_MS, otherWorker, someWorker } from "./fault.ts";

const PLACES = ["acquire:before", "acquire:after", "commit:gathered", "commit:written", "commit:after"];
const TAKEOVER_MS = 30_000;
/** Within this time a worker comes to its failpoint, unless it has nothing to do. */
const ARRIVAL_MS = 30_000;
const BLOCK_MS = 8_000;
const THREE_HOURS = ["+3h", "-3h"];

export const WORKER_FAULTS: readonly Fault[] = [
	{
		id: "F1",
		title: "a stream worker is killed with -9",
		async strike({ rig: { processes }, random, tookOver }) {
			const worker = someWorker(random);
			await processes.kill(worker);
			await tookOver(TAKEOVER_MS);
			await processes.startWorker(worker);
			return undefined;
		},
	},
	{
		id: "F2",
		title: "a stream worker dies at a known place between taking a task and the end of a commit",
		async strike({ rig: { processes }, random, tookOver }) {
			const worker = someWorker(random);
			const place = PLACES[Math.floor(random() * PLACES.length)] ?? "commit:written";
			await processes.kill(worker);
			await processes.startWorker(worker, { failpoint: `${place}@${1 + Math.floor(random() * 4)}` });
			await Promise.race([processes.ended(worker), pause(5_000)]);
			await processes.kill(worker);
			await tookOver(TAKEOVER_MS);
			await processes.startWorker(worker);
			return undefined;
		},
	},
	{
		id: "F3",
		title: "a stream worker stands still for longer than its lease, then goes on",
		async strike({ rig: { processes }, random, tookOver, noteSleep }) {
			const worker = someWorker(random);
			await processes.kill(worker);
			// It falls asleep with a commit in its hands, so that there is something to refuse.
			await processes.startWorker(worker, { failpoint: "commit:gathered@2", signal: "SIGSTOP" });
			if (await processes.isStopped(worker, ARRIVAL_MS)) {
				const before = processes.fencedCommits;
				const [isReplaced] = await Promise.all([tookOver(TAKEOVER_MS), pause(2 * LEASE_MS + random() * 500)]);
				processes.signal(worker, "SIGCONT");
				if (isReplaced) noteSleep();
				// What it had in its hands comes to nothing as soon as it is awake.
				const until = performance.now() + ARRIVAL_MS;
				while (isReplaced && processes.fencedCommits === before && performance.now() < until) await pause(20);
			} else {
				// It had nothing to commit, and would fall asleep later, when nobody wakes it.
				await processes.kill(worker);
				await processes.startWorker(worker);
			}
			return undefined;
		},
	},
	{
		id: "F4",
		title: "a stream worker's event loop stands still for 8 s, then goes on",
		async strike({ rig: { processes }, random, tookOver }) {
			const worker = someWorker(random);
			await processes.kill(worker);
			const blocked = processes.startWorker(worker, { failpoint: "commit:gathered@2", blockMs: BLOCK_MS });
			await blocked;
			if (!(await processes.isBlocked(worker, ARRIVAL_MS))) return undefined;
			const from = performance.now();
			const isTaken = await tookOver(TAKEOVER_MS);
			const ms = performance.now() - from;
			await pause(Math.max(0, BLOCK_MS - ms));
			return isTaken && ms < BLOCK_MS
				? undefined
				: ["F4: what a worker held whose event loop stood still was not taken over while it did."];
		},
	},
	{
		id: "F19a",
		title: "a stream worker's clock is three hours wrong",
		needs: "faketime",
		async strike({ rig: { processes }, random }) {
			const worker = someWorker(random);
			await processes.kill(worker);
			const clock = THREE_HOURS[Math.floor(random() * THREE_HOURS.length)] ?? "+3h";
			await processes.startWorker(worker, {
				env: {
					LD_PRELOAD: await faketimeLibrary(),
					FAKETIME: clock,
					// Only the time of day is wrong: no kernel's monotonic clock jumps.
					FAKETIME_DONT_FAKE_MONOTONIC: "1",
					DONT_FAKE_MONOTONIC: "1",
				},
			});
			await pause(4_000 + random() * 2_000);
			// Tasks have to go from the right clock to the wrong one too.
			const other = otherWorker(worker);
			await processes.kill(other);
			await processes.startWorker(other);
			await pause(2_000);
			await processes.kill(worker);
			await processes.startWorker(worker);
			return undefined;
		},
	},
	{
		id: "F24",
		title: "the workers are restarted one by one, in good order",
		async strike({ rig: { processes } }) {
			for (const worker of ["stream-1", "stream-2"] as const) {
				processes.signal(worker, "SIGTERM");
				await processes.ended(worker);
				await processes.startWorker(worker);
			}
			return undefined;
		},
	},
	{
		id: "F30",
		title: "the control worker is killed with -9",
		async strike({ rig: { processes }, random }) {
			await processes.kill("control");
			await pause(random() * 1_000);
			await processes.startControl();
			return undefined;
		},
	},
];
