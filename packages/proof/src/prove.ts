import { type ChildProcess, fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "./faults.ts";
import { examine, type Findings } from "./oracle.ts";
import { type Random, seeded, shuffled } from "./random.ts";
import { Rig, type RigOptions } from "./rig.ts";

export interface ProofOptions extends RigOptions {
	readonly seed: number;
	/** How long clients send and faults strike. */
	readonly seconds: number;
	readonly faults: readonly Fault[];
	readonly clients?: number;
	/** How long to wait for the product to catch up after a fault, and to drain at the end. */
	readonly patience?: { readonly recoveryMs: number; readonly drainMs: number };
	/** Told of each fault as it strikes. */
	say?(line: string): void;
}

/** Time from the end of a fault until everything acknowledged by then was in the table, in ms. */
export interface Recovery {
	readonly fault: string;
	readonly ms: number;
}

export interface Report extends Findings {
	readonly seed: number;
	readonly seconds: number;
	readonly faults: Readonly<Record<string, number>>;
	readonly recoveries: readonly Recovery[];
	readonly fencedCommits: number;
	readonly deadLetters: { readonly wanted: number; readonly found: number };
	readonly duplicates: { readonly wanted: number; readonly found: number };
	/** Records that the ledger of the flow cannot account for. */
	readonly ledgerDifference: number;
	/** Every promise that did not hold, in words; empty when all did. */
	readonly broken: readonly string[];
}

/** The report of a run that ended before it began. */
const NOTHING: Omit<Report, "seed" | "seconds" | "broken"> = {
	acknowledged: 0,
	lost: [],
	doubled: [],
	invented: [],
	reordered: [],
	wrongWindows: [],
	repeats: 0,
	faults: {},
	recoveries: [],
	fencedCommits: 0,
	deadLetters: { wanted: 0, found: 0 },
	duplicates: { wanted: 0, found: 0 },
	ledgerDifference: 0,
};

/** Start of event time: a whole minute. */
const START_MS = 1_760_000_040_000;
const ROUND_MS = 1_000;
/** A round of event time takes at least so long: faults are to meet a product that has time to be right or wrong. */
const ROUND_EVERY_MS = 250;
const PATIENCE = { recoveryMs: 30_000, drainMs: 60_000 };

/** Runs the product under load and faults, ends it in good order, and compares what clients were promised with what is there. */
export async function prove(options: ProofOptions): Promise<Report> {
	const { folder, seed, seconds, faults, clients: count = 4, patience = PATIENCE, say = () => undefined } = options;
	await mkdir(folder, { recursive: true });
	const random = seeded(seed);
	const rig = await Rig.open(options);
	const clients: Client[] = [];
	try {
		const fences = await rig.drillFences();
		if (fences.length > 0) return { ...NOTHING, seed, seconds, broken: fences };
		// Rows of one writer get growing places: the order in which they were written.
		await rig.makeTable(
			"raw",
			"place bigserial primary key, id text, tag text, device text, n bigint, litres double precision, at timestamptz",
		);
		await rig.deployNext();
		for (let i = 0; i < count; i++) {
			const kind = i === count - 1 ? "anonymous" : "named";
			clients.push(await Client.start(rig, `c${i}`, path.join(folder, `c${i}.ndjson`), seed + i, kind));
		}
		await rig.untilRunning();
		const load = new Load(clients);
		const until = performance.now() + seconds * 1_000;
		const sending = load.send(() => performance.now() < until);
		const { struck, recoveries } = await strike(rig, faults, random, () => performance.now() < until, load, {
			limitMs: patience.recoveryMs,
			say,
		});
		await sending;
		const isDrained = await rig.drain(patience.drainMs);
		const ledger = await rig.ledger();
		const findings = await examine(await evidence(rig, folder, clients));
		const report = {
			...findings,
			seed,
			seconds,
			faults: struck,
			recoveries,
			fencedCommits: rig.fencedCommits,
			deadLetters: { wanted: load.broken, found: ledger.deadLetter },
			duplicates: { wanted: findings.repeats, found: ledger.duplicate },
			ledgerDifference: ledger.difference,
		};
		return { ...report, broken: verdict(report, isDrained ? undefined : patience.drainMs) };
	} finally {
		for (const client of clients) client.end();
		await rig.close();
	}
}

/** The promises that did not hold. */
function verdict(report: Omit<Report, "broken">, notDrainedInMs: number | undefined): string[] {
	const broken: string[] = [];
	const none = (what: string, found: readonly string[]) => {
		if (found.length > 0) broken.push(`${found.length} ${what}, first ${found.slice(0, 3).join("; ")}.`);
	};
	if (report.acknowledged === 0) broken.push("Nothing was acknowledged: the run proves nothing.");
	if (notDrainedInMs !== undefined) broken.push(`The flow was not drained within ${notDrainedInMs / 1_000} s.`);
	none("acknowledged records are lost", report.lost);
	none("records are there more than once", report.doubled);
	none("rows were never sent", report.invented);
	none("records overtook an earlier one of their device", report.reordered);
	none("windows are wrong", report.wrongWindows);
	const { deadLetters, duplicates } = report;
	if (deadLetters.wanted !== deadLetters.found)
		broken.push(`${deadLetters.wanted} dead letters were wanted and ${deadLetters.found} counted.`);
	if (duplicates.wanted !== duplicates.found) broken.push(`${duplicates.wanted} duplicates were wanted and ${duplicates.found} counted.`);
	if (report.ledgerDifference !== 0) broken.push(`The ledger does not account for ${report.ledgerDifference} records.`);
	if ((report.faults.F3 ?? 0) > 0 && report.fencedCommits === 0)
		broken.push("Workers slept through their lease and no commit of theirs was refused: the pauses prove nothing.");
	return broken;
}

/** Lets faults strike one after the other, each kind as often as the others, and times how long the product takes to catch up. */
async function strike(
	rig: Rig,
	faults: readonly Fault[],
	random: Random,
	goesOn: () => boolean,
	load: Load,
	{ limitMs, say }: { readonly limitMs: number; readonly say: (line: string) => void },
) {
	const struck: Record<string, number> = {};
	const recoveries: Recovery[] = [];
	let bag: Fault[] = [];
	while (goesOn() && faults.length > 0) {
		await pause(200 + random() * 800);
		if (bag.length === 0) bag = shuffled(faults, random);
		const fault = bag.pop();
		if (fault === undefined) break;
		await fault.strike(rig, random);
		struck[fault.id] = (struck[fault.id] ?? 0) + 1;
		const wanted = load.keptAtLeast;
		const from = performance.now();
		while ((await rowsOfRaw(rig)) < wanted && performance.now() - from < limitMs) await pause(20);
		const ms = Math.round(performance.now() - from);
		recoveries.push({ fault: fault.id, ms });
		say(`${fault.id} ${fault.title}: caught up after ${ms} ms.`);
	}
	return { struck, recoveries };
}

async function rowsOfRaw(rig: Rig): Promise<number> {
	const [row] = await rig.rows<{ n: string }>("count(*) as n", "raw");
	return Number(row?.n ?? 0);
}

/** Writes what the tables hold into files that the oracle reads. */
async function evidence(rig: Rig, folder: string, clients: readonly Client[]) {
	const write = (name: string, rows: readonly object[]): string => {
		const file = path.join(folder, name);
		writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
		return file;
	};
	const raw = await rig.rows("place, tag, device, n", "raw");
	const windows = (key: string, table: string) =>
		rig.rows(`${key}::text as key, (extract(epoch from window_start) * 1000)::bigint as start, records, total::bigint as total`, table);
	return {
		acknowledged: clients.map((client) => client.file),
		raw: write("raw.ndjson", raw),
		byDevice: write("by_device.ndjson", await windows("device", "by_device")),
		byLitres: write("by_litres.ndjson", await windows("litres::bigint", "by_litres")),
	};
}

/** What the clients do together: rounds of event time, which begin when everybody's last one is acknowledged. */
class Load {
	broken = 0;
	readonly #clients: readonly Client[];
	#rounds = 0;

	constructor(clients: readonly Client[]) {
		this.#clients = clients;
	}

	/** Rows that `raw` must come to hold for what is acknowledged now; a little fewer while clients are within a round. */
	get keptAtLeast(): number {
		return this.#clients.reduce((sum, client) => sum + client.kept, 0);
	}

	async send(goesOn: () => boolean): Promise<void> {
		while (goesOn()) {
			const next = pause(ROUND_EVERY_MS);
			const startMs = START_MS + this.#rounds * ROUND_MS;
			const rounds = await Promise.all(this.#clients.map((client) => client.round(this.#rounds, startMs)));
			this.broken += rounds.reduce((sum, round) => sum + round.broken, 0);
			this.#rounds += 1;
			await next;
		}
	}
}

interface Round {
	readonly round: number;
	readonly kept: number;
	readonly broken: number;
}

/** A client process. */
class Client {
	kept = 0;
	readonly file: string;
	readonly #child: ChildProcess;
	readonly #ended: Promise<never>;

	private constructor(child: ChildProcess, file: string) {
		this.#child = child;
		this.file = file;
		this.#ended = new Promise((_, reject) => child.once("exit", () => reject(new Error("A client ended in the middle of the run."))));
		this.#ended.catch(() => undefined);
	}

	static async start(rig: Rig, name: string, file: string, seed: number, kind: "named" | "anonymous"): Promise<Client> {
		writeFileSync(file, "");
		const { address, token } = await rig.device(name);
		const child = fork(path.join(import.meta.dirname, "client.ts"), [name, address, token, file, String(seed), kind], {
			stdio: ["ignore", "inherit", "inherit", "ipc"],
		});
		return new Client(child, file);
	}

	async round(round: number, startMs: number): Promise<Round> {
		const answered = new Promise<Round>((resolve) => this.#child.once("message", (answer) => resolve(answer as Round)));
		this.#child.send({ round, startMs });
		const answer = await Promise.race([answered, this.#ended]);
		this.kept += answer.kept;
		return answer;
	}

	end(): void {
		this.#child.kill("SIGKILL");
	}
}
