import type { Fault } from "./faults.ts";
import type { Report } from "./prove.ts";

/** The report as people read it, in Markdown. */
export function reportText(report: Report, faults: readonly Fault[]): string {
	const ms = report.recoveries.map((recovery) => recovery.ms).sort((a, b) => a - b);
	const quantile = (q: number) => ms[Math.min(ms.length - 1, Math.floor(q * ms.length))] ?? 0;
	const struck = faults.filter(({ id }) => (report.faults[id] ?? 0) > 0);
	const of = (id: string) => report.recoveries.filter((recovery) => recovery.fault === id).map((recovery) => recovery.ms);
	return `${[
		`# Proof, seed ${report.seed}, ${report.seconds} s`,
		"",
		report.broken.length === 0 ? "Every promise held." : `**${report.broken.length} promises did not hold:**`,
		...report.broken.map((line) => `- ${line}`),
		"",
		"| What | Records |",
		"| --- | --- |",
		`| acknowledged to devices | ${report.acknowledged} |`,
		`| lost | ${report.lost.length} |`,
		`| doubled | ${report.doubled.length} |`,
		`| in the table and never sent | ${report.invented.length} |`,
		`| out of a device's order | ${report.reordered.length} |`,
		`| windows that are wrong | ${report.wrongWindows.length} |`,
		`| dead letters, wanted and found | ${report.deadLetters.wanted}, ${report.deadLetters.found} |`,
		`| duplicates, wanted and found | ${report.duplicates.wanted}, ${report.duplicates.found} |`,
		`| missing in the ledger | ${report.ledgerDifference} |`,
		`| commits of replaced workers, refused | ${report.fencedCommits} |`,
		"",
		`From the end of a fault until everything acknowledged was in the table: p50 ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, longest ${quantile(1)} ms.`,
		"",
		"| Fault | Times | Longest, ms |",
		"| --- | --- | --- |",
		...struck.map(({ id, title }) => `| ${id} ${title} | ${report.faults[id]} | ${Math.max(0, ...of(id))} |`),
		"",
	].join("\n")}`;
}
