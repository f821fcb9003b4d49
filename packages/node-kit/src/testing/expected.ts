import type { Row } from "@weir/records";
import { type CaseOutcome, momentOf, type NodeCase } from "./cases.ts";

/** An outcome in one comparable form: ports without rows are left out, and event times only where the case names them. */
export interface Comparable {
	readonly ports: Readonly<Record<string, readonly Row[]>>;
	readonly eventTimes: Readonly<Record<string, readonly number[]>>;
	readonly counts: Readonly<Record<string, number>>;
	readonly rejects: readonly { readonly code: string; readonly reason: string }[];
}

/** What a case says must come out. */
export function expectedOf(nodeCase: NodeCase): Comparable {
	const ports: Record<string, readonly Row[]> = {};
	const eventTimes: Record<string, readonly number[]> = {};
	for (const { port, records, eventTimes: times } of nodeCase.expect) {
		if (records.length > 0) ports[port] = records;
		if (times !== undefined) eventTimes[port] = times.map(momentOf);
	}
	return { ports, eventTimes, counts: nodeCase.counts ?? {}, rejects: nodeCase.rejects ?? [] };
}

/** The same for the same rows, in whatever order they came. */
export function inAnyOrder({ ports, eventTimes, ...rest }: Comparable): unknown {
	const sorted = (parts: Readonly<Record<string, readonly unknown[]>>) =>
		Object.fromEntries(Object.entries(parts).map(([port, rows]) => [port, rows.map(canonical).sort()]));
	return { ...rest, ports: sorted(ports), eventTimes: sorted(eventTimes) };
}

/** One text for equal rows, whatever the order of their fields. */
function canonical(row: unknown): string {
	return typeof row === "object" && row !== null
		? JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))
		: JSON.stringify(row);
}

/** What came out, in the form of `expectedOf`. */
export function matchable(outcome: CaseOutcome, nodeCase: NodeCase): Comparable {
	const named = new Set(nodeCase.expect.filter((part) => part.eventTimes !== undefined).map((part) => part.port));
	return {
		ports: Object.fromEntries(Object.entries(outcome.ports).filter(([, rows]) => rows.length > 0)),
		eventTimes: Object.fromEntries(Object.entries(outcome.eventTimes).filter(([port]) => named.has(port))),
		counts: outcome.counts,
		rejects: outcome.rejects,
	};
}
