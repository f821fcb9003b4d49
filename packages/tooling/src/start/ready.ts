import { setTimeout as pause } from "node:timers/promises";
import type { Member } from "./children.ts";
import { Fault, faultIn } from "./faults.ts";
import type { Supervisor } from "./supervisor.ts";

const GIVEN_UP_AFTER_ENDS = 3;

/** Waits until a process says that it can do its work; tells what it said when it cannot. */
export async function untilReady(member: Member, supervisor: Supervisor, folder: string, limitMs: number): Promise<void> {
	const until = performance.now() + limitMs;
	let answer = "it does not answer";
	while (performance.now() < until) {
		if (supervisor.endsOf(member.name) >= GIVEN_UP_AFTER_ENDS) {
			const said = supervisor.lastLines(member.name);
			throw faultIn(said, folder) ?? new Fault(`${member.name} does not stay up. The end of ${supervisor.logFile(member.name)}:\n${said}`);
		}
		try {
			const response = await fetch(member.readyUrl, { signal: AbortSignal.timeout(3_000) });
			const text = await response.text();
			if (response.ok) return;
			answer = text.slice(0, 500).trim();
		} catch (error) {
			answer = error instanceof Error && error.name === "TimeoutError" ? "it does not answer in time" : "it does not listen yet";
		}
		await pause(100);
	}
	throw new Fault(
		`${member.name} was not ready after ${Math.round(limitMs / 1000)} s (${answer}). Its log is ${supervisor.logFile(member.name)}.`,
	);
}
