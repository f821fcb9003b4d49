import type { Findings } from "./oracle.ts";

/** Time from the end of a fault until everything acknowledged by then was in the table, in ms. */
export interface Recovery {
	readonly fault: string;
	/** When it struck, in ms since the start of the run. */
	readonly atMs: number;
	readonly ms: number;
}

export interface Report extends Findings {
	readonly seed: number;
	readonly seconds: number;
	readonly log: "redis" | "kafka";
	/** What the flow does. */
	readonly flow: string;
	/** Processors of the machine, and how many processes wanted one on average while the run went on. */
	readonly machine: { readonly processors: number; readonly load: number };
	/** How often each fault struck. */
	readonly faults: Readonly<Record<string, number>>;
	/** Faults that could not strike, and why. */
	readonly skipped: readonly { readonly fault: string; readonly why: string }[];
	readonly recoveries: readonly Recovery[];
	/** Times from the end or the sleep of a worker until others had taken over what it left, in ms. */
	readonly takeovers: readonly number[];
	/** How often a worker slept until it was replaced, with a commit in its hands. */
	readonly sleeps: number;
	/** Commits of workers that others had replaced, refused. */
	readonly fencedCommits: number;
	readonly deadLetters: { readonly wanted: number; readonly found: number };
	/** Lines that should have become dead letters and did not, became one more than once, or without a reason or a place. */
	readonly wrongLetters: readonly string[];
	readonly duplicates: { readonly wanted: number; readonly found: number };
	/** Records that the ledger of the flow cannot account for. */
	readonly ledgerDifference: number;
	/** Where the ledger says every record went, but for what is zero. */
	readonly ledger: Readonly<Record<string, number>>;
	/** Posts that the doors did not take, by their status; 0: there was no answer. */
	readonly refusals: Readonly<Record<number, number>>;
	/** A fault made the log lose what was acknowledged: the ledger and duplicates cannot be what they were. */
	readonly hasLoss: boolean;
	/** Every promise that did not hold, in words; empty when all did. */
	readonly broken: readonly string[];
}

export const NO_FINDINGS: Findings = {
	acknowledged: 0,
	lost: [],
	doubled: [],
	invented: [],
	reordered: [],
	wrongWindows: [],
	windows: 0,
	wrongPairs: [],
	pairs: 0,
	corrections: 0,
	repeats: 0,
};

/** The promises that did not hold. */
export function verdict(report: Omit<Report, "broken">, notDrainedInMs: number | undefined): string[] {
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
	none("pairs of joined records are wrong", report.wrongPairs);
	none("dead letters are wrong", report.wrongLetters);
	const { deadLetters, duplicates, hasLoss } = report;
	if (deadLetters.wanted !== deadLetters.found)
		broken.push(`${deadLetters.wanted} dead letters were wanted and ${deadLetters.found} counted.`);
	if (!hasLoss) {
		if (duplicates.wanted !== duplicates.found) broken.push(`${duplicates.wanted} duplicates were wanted and ${duplicates.found} counted.`);
		if (report.ledgerDifference !== 0) broken.push(`The ledger does not account for ${report.ledgerDifference} records.`);
		const { in: read = 0, inFlight = 0, waiting = 0 } = report.ledger;
		const least = report.acknowledged + deadLetters.wanted;
		if (read < least) broken.push(`${least} records were stored and the ledger has read ${read}.`);
		if (inFlight !== 0 || waiting !== 0)
			broken.push(`After the drain the ledger has ${inFlight} records on their way and ${waiting} that wait.`);
	}
	if (report.sleeps > 0 && report.fencedCommits === 0)
		broken.push("Workers slept through their lease and no commit of theirs was refused: the pauses prove nothing.");
	return broken;
}

/** What the dead letters are not that should have come of these lines. */
export function wrongLetters(
	wanted: readonly string[],
	found: readonly { readonly raw: string; readonly reason: string; readonly position: string | undefined }[],
): string[] {
	const times = new Map<string, number>();
	for (const { raw } of found) times.set(raw, (times.get(raw) ?? 0) + 1);
	const wrong = wanted.flatMap((line) => (times.get(line) === 1 ? [] : [`${line} is there ${times.get(line) ?? 0} times`]));
	const lines = new Set(wanted);
	for (const { raw, reason, position } of found) {
		if (!lines.has(raw)) wrong.push(`${raw} (${reason}) was to be no dead letter`);
		else if (reason === "" || position === undefined) wrong.push(`${raw} has no ${reason === "" ? "reason" : "place"}`);
	}
	return wrong;
}
