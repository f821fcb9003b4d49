import type { Fault } from "./faults/index.ts";
import type { Report } from "./verdict.ts";

/** The report as people read it, in Markdown. */
export function reportText(report: Report, faults: readonly Fault[]): string {
	const titleOf = (id: string) => faults.find((fault) => fault.id === id)?.title ?? "";
	const struck = faults.filter(({ id }) => (report.faults[id] ?? 0) > 0);
	const of = (id: string) => report.recoveries.filter((recovery) => recovery.fault === id);
	const { takeovers, recoveries, ledger, refusals } = report;
	return `${[
		`# Proof, seed ${report.seed}, ${report.seconds} s, log in ${report.log === "redis" ? "Redis" : "Kafka"}`,
		"",
		report.broken.length === 0 ? "Every promise held." : `**${report.broken.length} promises did not hold:**`,
		...report.broken.map((line) => `- ${line}`),
		"",
		`The flow: ${report.flow}.`,
		"",
		"Clients that know nothing but an address and a token wrote down, on disk, what was acknowledged to them. Faults struck the running product one after the other. At the end the flow was drained, and DuckDB compared the clients' books with the tables of the sinks.",
		"",
		`The machine: ${report.machine.processors} processors, load average ${report.machine.load} while it ran${report.machine.load > 2 * report.machine.processors ? ": other programs kept it busy, and the times below are those of a busy machine" : ""}.`,
		"",
		"| What | |",
		"| --- | ---: |",
		`| records acknowledged to devices | ${count(report.acknowledged)} |`,
		`| lost | ${count(report.lost.length)} |`,
		`| doubled | ${count(report.doubled.length)} |`,
		`| in the table and never sent | ${count(report.invented.length)} |`,
		`| out of a device's order | ${count(report.reordered.length)} |`,
		`| windows, and of these wrong | ${count(report.windows)}, ${count(report.wrongWindows.length)} |`,
		...(report.pairs === 0
			? []
			: [`| joined pairs, and of these wrong or missing | ${count(report.pairs)}, ${count(report.wrongPairs.length)} |`]),
		...(report.corrections === 0 ? [] : [`| results corrected because a record came late | ${count(report.corrections)} |`]),
		`| dead letters, wanted and found | ${count(report.deadLetters.wanted)}, ${count(report.deadLetters.found)} |`,
		`| dead letters without their bytes, reason or place | ${count(report.wrongLetters.length)} |`,
		`| duplicates, wanted and found | ${count(report.duplicates.wanted)}, ${count(report.duplicates.found)} |`,
		`| records that the ledger does not account for | ${count(report.ledgerDifference)} |`,
		`| workers that slept until they were replaced, with a commit in their hands | ${count(report.sleeps)} |`,
		`| commits of replaced workers, refused | ${count(report.fencedCommits)} |`,
		"",
		takeovers.length === 0
			? "No worker had to be replaced."
			: `Takeover, from the end or the sleep of a worker until everything acknowledged since was in the table (${takeovers.length} times): ${quantiles(takeovers)}.`,
		"",
		`From the end of a fault until everything acknowledged was in the table: ${quantiles(recoveries.map(({ ms }) => ms))}.`,
		...(Object.keys(refusals).length === 0
			? []
			: [
					"",
					`Posts that the doors did not take, and that were sent again: ${Object.entries(refusals)
						.map(([status, times]) => `${count(times)} × ${status === "0" ? "no answer" : status}`)
						.join(", ")}.`,
				]),
		...(Object.keys(ledger).length === 0
			? []
			: [
					"",
					`The ledger of the flow, over all its versions: ${Object.entries(ledger)
						.map(([name, records]) => `${name} ${count(records)}`)
						.join(", ")}.`,
				]),
		...(report.hasLoss
			? ["", "A fault took acknowledged records from the log, as it was meant to: the ledger and the duplicates are not judged."]
			: []),
		"",
		"| Fault | Times | Longest until caught up, ms |",
		"| --- | ---: | ---: |",
		...struck.map(({ id, title }) => `| ${id} ${title} | ${report.faults[id]} | ${count(Math.max(0, ...of(id).map(({ ms }) => ms)))} |`),
		...report.skipped.map(({ fault, why }) => `| ${fault} ${titleOf(fault)} | not tried: ${why} | |`),
		"",
		"When which struck, in seconds since the start:",
		"",
		recoveries.map(({ fault, atMs }) => `${(atMs / 1_000).toFixed(1)} ${fault}`).join(" · ") || "none did.",
		"",
	].join("\n")}`;
}

function count(records: number): string {
	return records.toLocaleString("en");
}

function quantiles(times: readonly number[]): string {
	const ms = [...times].sort((a, b) => a - b);
	const at = (q: number) => count(ms[Math.min(ms.length - 1, Math.floor(q * ms.length))] ?? 0);
	return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}
