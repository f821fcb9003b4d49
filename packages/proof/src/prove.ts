import { mkdir } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DRILLS, type DrillName, drill } from "./drill.ts";
import type { Fault, Scene } from "./faults/index.ts";
import { Load } from "./load.ts";
import { whyNot } from "./needs.ts";
import { examine } from "./oracle.ts";
import { type Random, seeded, shuffled } from "./random.ts";
import type { Rig } from "./rig.ts";
import { type LogKind, openRig, type RigOptions } from "./setup.ts";
import { SHAPES, type Shape } from "./shapes/index.ts";
import { NO_FINDINGS, type Recovery, type Report, verdict, wrongLetters } from "./verdict.ts";

export interface ProofOptions extends Pick<RigOptions, "folder" | "mutant" | "postgres"> {
	readonly seed: number;
	/** How long clients send and faults strike. */
	readonly seconds: number;
	readonly faults: readonly Fault[];
	/** The flow that is broken; absent: the first. */
	readonly shape?: Shape;
	/** Absent: Redis. */
	readonly log?: LogKind;
	/** Until each fault has struck it goes on for up to so long; absent: it does not. */
	readonly mostSeconds?: number;
	/** What is tried before anything runs; absent: all. */
	readonly drills?: readonly DrillName[];
	readonly clients?: number;
	/** A round of event time takes at least so long. */
	readonly everyMs?: number;
	/** How long to wait for the product to catch up after a fault, and to drain at the end. */
	readonly patience?: { readonly recoveryMs: number; readonly drainMs: number };
	/** Told of each fault as it strikes. */
	say?(line: string): void;
}

const ROUND_EVERY_MS = 250;
const LOOK_EVERY_MS = 5_000;
/** However slow the machine: windows are to close, and records to come late. */
const LEAST_ROUNDS = 20;
/** Tasks tell of a commit after it, and whoever follows one that died tells once more. */
const SETTLED_MS = 10_000;
const PATIENCE = { recoveryMs: 60_000, drainMs: 120_000 };
/** What is acknowledged within this time after a worker's end counts for the takeover: until then there is hardly anything to take over. */
const TAKEOVER_GAP_MS = 300;

/** Runs the product under load and faults, ends it in good order, and compares what clients were promised with what is there. */
export async function prove(options: ProofOptions): Promise<Report> {
	const { folder, seed, seconds, clients = 4, everyMs = ROUND_EVERY_MS, patience = PATIENCE, log = "redis" } = options;
	const shape = options.shape ?? SHAPES[0];
	if (shape === undefined) throw new Error("There is no flow to prove.");
	const about = { seed, seconds, log, flow: shape.title };
	await mkdir(folder, { recursive: true });
	const { able, skipped } = await whatCanStrike(options.faults, log);
	const needs = new Set(able.flatMap(({ needs: need }) => need ?? []));
	const { mutant, postgres } = options;
	const rig = await openRig({
		shape,
		log,
		needs,
		folder,
		...(mutant === undefined ? {} : { mutant }),
		...(postgres === undefined ? {} : { postgres }),
	});
	let load: Load | undefined;
	try {
		const { drills = DRILLS } = options;
		const found = await Promise.all(drills.map((name) => drill(name, rig.parts.drill)));
		if (found.flat().length > 0) return { ...emptyReport(), ...about, skipped, broken: found.flat() };
		// Rows of one writer get growing places: the order in which they were written.
		await rig.makeTable(
			"raw",
			"place bigserial primary key, id text, tag text, device text, n bigint, litres double precision, at timestamptz",
		);
		await rig.deployNext();
		load = await Load.start(rig, folder, { count: clients, seed, everyMs });
		await rig.untilRunning();
		const run = new Run(rig, load, seeded(seed), { ...options, patience });
		const until = performance.now() + seconds * 1_000;
		const most = performance.now() + (options.mostSeconds ?? 0) * 1_000;
		const machine = watchMachine();
		const sender = load;
		const isTime = () => performance.now() < (able.every(({ id }) => run.struck[id] !== undefined) ? until : Math.max(until, most));
		const sending = sender.send(() => isTime() || sender.rounds < LEAST_ROUNDS);
		await Promise.race([run.strike(able, isTime), sending.then(() => new Promise<never>(() => {}))]);
		await sending;
		const isDrained = await rig.drain(patience.drainMs);
		if (!isDrained) options.say?.(await rig.standing());
		const used = machine.end();
		const ledger = await rig.settledLedger(SETTLED_MS);
		const findings = await examine(shape, await evidence(rig, shape, folder, load));
		const report = {
			...about,
			...findings,
			machine: used,
			skipped,
			faults: run.struck,
			recoveries: run.recoveries,
			takeovers: run.takeovers,
			sleeps: run.sleeps,
			fencedCommits: rig.processes.fencedCommits,
			deadLetters: { wanted: load.dead, found: ledger.deadLetter },
			wrongLetters: wrongLetters(load.deadLines(), await rig.deadLetters()),
			duplicates: { wanted: findings.repeats, found: ledger.duplicate },
			ledgerDifference: ledger.difference,
			ledger: Object.fromEntries(Object.entries(ledger).filter(([, count]) => count !== 0)),
			refusals: Object.fromEntries(load.refusals),
			hasLoss: run.hasLoss,
		};
		return { ...report, broken: [...run.broken, ...load.misbehaviour, ...verdict(report, isDrained ? undefined : patience.drainMs)] };
	} finally {
		load?.end();
		await rig.close();
	}
}

/** The report of a run that ended before it began. */
function emptyReport(): Omit<Report, "seed" | "seconds" | "log" | "flow" | "skipped" | "broken"> {
	return {
		...NO_FINDINGS,
		machine: { processors: availableParallelism(), load: 0 },
		faults: {},
		recoveries: [],
		takeovers: [],
		sleeps: 0,
		fencedCommits: 0,
		deadLetters: { wanted: 0, found: 0 },
		wrongLetters: [],
		duplicates: { wanted: 0, found: 0 },
		ledgerDifference: 0,
		ledger: {},
		refusals: {},
		hasLoss: false,
	};
}

/** Looks every now and then how busy the machine is. */
function watchMachine() {
	const loads: number[] = [];
	const timer = setInterval(() => loads.push(loadavg()[0] ?? 0), LOOK_EVERY_MS);
	return {
		end() {
			clearInterval(timer);
			const sum = loads.reduce((before, load) => before + load, 0);
			return { processors: availableParallelism(), load: Math.round((10 * sum) / Math.max(1, loads.length)) / 10 };
		},
	};
}

async function whatCanStrike(faults: readonly Fault[], log: LogKind) {
	const able: Fault[] = [];
	const skipped: { fault: string; why: string }[] = [];
	for (const fault of faults) {
		if (fault.logs !== undefined && !fault.logs.includes(log)) continue;
		const why = fault.needs === undefined ? undefined : await whyNot(fault.needs);
		if (why === undefined) able.push(fault);
		else skipped.push({ fault: fault.id, why });
	}
	return { able, skipped };
}

/** Lets faults strike one after the other, and times how long the product takes to catch up. */
class Run {
	readonly struck: Record<string, number> = {};
	readonly recoveries: Recovery[] = [];
	readonly takeovers: number[] = [];
	readonly broken: string[] = [];
	hasLoss = false;
	sleeps = 0;
	readonly #rig: Rig;
	readonly #load: Load;
	readonly #random: Random;
	readonly #limitMs: number;
	readonly #isStrict: boolean;
	readonly #say: (line: string) => void;
	readonly #startedAt = performance.now();

	constructor(rig: Rig, load: Load, random: Random, { patience, say, mutant }: ProofOptions) {
		this.#rig = rig;
		this.#load = load;
		this.#random = random;
		this.#limitMs = patience?.recoveryMs ?? PATIENCE.recoveryMs;
		// A mutant is to be found by what it makes of records, and not by how slow a machine is.
		this.#isStrict = mutant === undefined;
		this.#say = say ?? (() => undefined);
	}

	/** Each kind as often as the others. */
	async strike(faults: readonly Fault[], goesOn: () => boolean): Promise<void> {
		const scene: Scene = {
			rig: this.#rig,
			load: this.#load,
			random: this.#random,
			caughtUp: (limitMs) => this.#caughtUp(this.#load.keptAtLeast, limitMs),
			tookOver: (limitMs) => this.#tookOver(limitMs),
			noteLoss: () => {
				this.hasLoss = true;
			},
			noteSleep: () => {
				this.sleeps += 1;
			},
			say: this.#say,
		};
		let bag: Fault[] = [];
		while (goesOn() && faults.length > 0) {
			await pause(200 + this.#random() * 800);
			if (bag.length === 0) bag = shuffled(faults, this.#random);
			const fault = bag.pop();
			if (fault === undefined) break;
			const atMs = Math.round(performance.now() - this.#startedAt);
			this.broken.push(...((await fault.strike(scene)) ?? []));
			this.struck[fault.id] = (this.struck[fault.id] ?? 0) + 1;
			const from = performance.now();
			const isThere = await this.#caughtUp(this.#load.keptAtLeast, this.#limitMs);
			const ms = Math.round(performance.now() - from);
			this.recoveries.push({ fault: fault.id, atMs, ms });
			this.#say(
				`${(atMs / 1_000).toFixed(1)} s, ${fault.id} ${fault.title}: ${isThere ? "caught up" : "had not caught up"} after ${ms} ms.`,
			);
			if (isThere || !this.#isStrict) continue;
			this.broken.push(`After ${fault.id} the flow had not caught up within ${this.#limitMs / 1_000} s.`);
			this.#say(await this.#rig.standing());
		}
	}

	async #caughtUp(wanted: number, limitMs: number): Promise<boolean> {
		const until = performance.now() + limitMs;
		while ((await this.#rig.countOf("raw")) < wanted) {
			if (performance.now() > until) return false;
			await pause(30);
		}
		return true;
	}

	async #tookOver(limitMs: number): Promise<boolean> {
		const from = performance.now();
		await pause(TAKEOVER_GAP_MS);
		const isThere = await this.#caughtUp(this.#load.keptAtLeast, limitMs);
		this.takeovers.push(Math.round(performance.now() - from));
		return isThere;
	}
}

/** Writes what the tables hold into files that the oracle reads. */
async function evidence(rig: Rig, shape: Shape, folder: string, load: Load) {
	const tables: Record<string, string> = {};
	for (const { name, select } of [{ name: "raw", select: "place, tag, device, n" }, ...shape.tables]) {
		const file = path.join(folder, `${name}.ndjson`);
		await rig.exportTable(select, name, file);
		tables[name] = file;
	}
	return { readings: load.books("readings"), valves: load.books("valves"), tables };
}
