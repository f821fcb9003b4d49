import { readdirSync, readFileSync } from "node:fs";

/** Kernel ticks of processor time are hundredths of a second on every Linux that we run on. */
const TICK_S = 0.01;

/** Processor seconds that a process and its children have used. */
export function processorSeconds(pid: number): number {
	const fields = (id: number) => readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
	// Thread by thread, since only that is told in nanoseconds.
	const own = (id: number) =>
		readdirSync(`/proc/${id}/task`).reduce(
			(sum, thread) => sum + Number(readFileSync(`/proc/${id}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e9,
			0,
		);
	// Postgres answers each connection in a process of its own; those that have ended count with their parent.
	let sum = own(pid) + (Number(fields(pid)[13]) + Number(fields(pid)[14])) * TICK_S;
	for (const entry of readdirSync("/proc")) {
		if (!/^\d+$/.test(entry)) continue;
		try {
			if (Number(fields(Number(entry))[1]) === pid) sum += own(Number(entry));
		} catch {
			// It ended while we looked.
		}
	}
	return sum;
}
