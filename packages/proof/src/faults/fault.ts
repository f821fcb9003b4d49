import type { Load } from "../load.ts";
import type { Need } from "../needs.ts";
import type { WorkerName } from "../processes.ts";
import type { Random } from "../random.ts";
import type { Rig } from "../rig.ts";
import type { LogKind } from "../setup.ts";

/** One way in which the world breaks. */
export interface Fault {
	/** As in the list of faults of the documentation of delivery, with a letter where it has several forms. */
	readonly id: string;
	readonly title: string;
	/** The logs that it can strike; absent: all. */
	readonly logs?: readonly LogKind[];
	/** What it takes of the machine. */
	readonly needs?: Need;
	/** It loses what was acknowledged, or asks for long waits: it strikes only where it is named. */
	readonly isOnRequest?: true;
	/** When it resolves, everything is whole again. Answers what did not go as promised while it was not. */
	strike(scene: Scene): Promise<readonly string[] | undefined>;
}

/** What a fault has to work with. */
export interface Scene {
	readonly rig: Rig;
	readonly load: Load;
	readonly random: Random;
	/** Waits until everything that is acknowledged now is in the table; false when that took too long. */
	caughtUp(limitMs: number): Promise<boolean>;
	/**
	 * Measures how long it takes from now until others have taken over what a worker left: until everything is in the table that
	 * was acknowledged up to a moment after its end. False when it took too long.
	 */
	tookOver(limitMs: number): Promise<boolean>;
	/** Acknowledged records were lost as was meant: the ledger says so. */
	noteLoss(): void;
	/** A worker slept until it was replaced, with a commit in its hands. */
	noteSleep(): void;
	say(line: string): void;
}

/** A lease lasts this long, in ms; a worker that sleeps longer has been replaced. */
export const LEASE_MS = 2_000;

export function someWorker(random: Random): WorkerName {
	return random() < 0.5 ? "stream-1" : "stream-2";
}

export function otherWorker(worker: WorkerName): WorkerName {
	return worker === "stream-1" ? "stream-2" : "stream-1";
}
