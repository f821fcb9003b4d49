import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "./random.ts";
import type { Rig, WorkerName } from "./rig.ts";

/** One way in which the world breaks. When `strike` resolves, everything is whole again. */
export interface Fault {
	/** As in the list of faults of the documentation of delivery, with a letter where it has several forms. */
	readonly id: string;
	readonly title: string;
	strike(rig: Rig, random: Random): Promise<void>;
}

/** A lease lasts this long, in ms; a worker that sleeps longer has been replaced. */
const LEASE_MS = 2_000;
const PLACES = ["acquire:before", "acquire:after", "commit:gathered", "commit:written", "commit:after"];

function someWorker(random: Random): WorkerName {
	return random() < 0.5 ? "stream-1" : "stream-2";
}

async function killWorker(rig: Rig, worker: WorkerName): Promise<void> {
	rig.signal(worker, "SIGKILL");
	await rig.ended(worker);
}

export const FAULTS: readonly Fault[] = [
	{
		id: "F1",
		title: "a stream worker is killed with -9",
		async strike(rig, random) {
			const worker = someWorker(random);
			await killWorker(rig, worker);
			await pause(random() * 500);
			await rig.startWorker(worker);
		},
	},
	{
		id: "F2",
		title: "a stream worker dies at a known place between taking a task and the end of a commit",
		async strike(rig, random) {
			const worker = someWorker(random);
			const place = PLACES[Math.floor(random() * PLACES.length)] ?? "commit:written";
			await killWorker(rig, worker);
			await rig.startWorker(worker, `${place}@${1 + Math.floor(random() * 4)}`);
			await Promise.race([rig.ended(worker), pause(5_000)]);
			await killWorker(rig, worker);
			await rig.startWorker(worker);
		},
	},
	{
		id: "F3",
		title: "a stream worker stands still for longer than its lease, then goes on",
		async strike(rig, random) {
			const worker = someWorker(random);
			await killWorker(rig, worker);
			// It falls asleep with a commit in its hands, so that there is something to refuse.
			await rig.startWorker(worker, "commit:gathered@2", "SIGSTOP");
			await rig.isStopped(worker, 10_000);
			await pause(2 * LEASE_MS + random() * 500);
			rig.signal(worker, "SIGCONT");
		},
	},
	{
		id: "F5a",
		title: "the log's Redis is killed and comes back",
		async strike(rig, random) {
			await rig.killRedis("data");
			await pause(300 + random() * 700);
			await rig.reviveRedis("data");
		},
	},
	{
		id: "F5b",
		title: "the Redis of the control messages is killed and comes back",
		async strike(rig, random) {
			await rig.killRedis("control");
			await pause(300 + random() * 700);
			await rig.reviveRedis("control");
		},
	},
	{
		id: "F5c",
		title: "the gateway's connections to the log break while answers are on their way",
		async strike(rig, random) {
			for (let i = 0; i < 4; i++) {
				rig.logGate.slow(60);
				await pause(150 + random() * 150);
				rig.logGate.dropAll();
				rig.logGate.mend();
			}
		},
	},
	{
		id: "F10a",
		title: "PostgreSQL ends all sessions, in the middle of commits too",
		async strike(rig, random) {
			for (let i = 0; i < 10; i++) {
				await rig.terminateSessions();
				await pause(random() * 120);
			}
		},
	},
	{
		id: "F10b",
		title: "the sinks' PostgreSQL cannot be reached",
		async strike(rig, random) {
			rig.resultsGate.cut();
			await pause(1_000 + random() * 1_500);
			rig.resultsGate.mend();
		},
	},
	{
		id: "F11a",
		title: "the sinks' PostgreSQL is slow",
		async strike(rig, random) {
			rig.resultsGate.slow(30 + random() * 70);
			await pause(2_000);
			rig.resultsGate.mend();
		},
	},
	{
		id: "F11b",
		title: "a sink's table is locked",
		strike: (rig, random) => rig.holdTable("raw", 1_000 + random() * 1_500),
	},
	{
		id: "F23",
		title: "a new version is deployed while records come",
		async strike(rig) {
			await rig.deployNext();
		},
	},
	{
		id: "F24",
		title: "the workers are restarted one by one, in good order",
		async strike(rig) {
			for (const worker of ["stream-1", "stream-2"] as const) {
				rig.signal(worker, "SIGTERM");
				await rig.ended(worker);
				await rig.startWorker(worker);
			}
		},
	},
	{
		id: "F29",
		title: "the gateway is killed with -9 while devices post",
		async strike(rig, random) {
			rig.signal("gateway", "SIGKILL");
			await rig.ended("gateway");
			await pause(random() * 300);
			await rig.startGateway();
		},
	},
	{
		id: "F30",
		title: "the control worker is killed with -9",
		async strike(rig, random) {
			rig.signal("control", "SIGKILL");
			await rig.ended("control");
			await pause(random() * 1_000);
			await rig.startControl();
		},
	},
];
