import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

const README = new URL("../README.md", import.meta.url);

/** A short run to try a benchmark out, or on a busy machine: its figures are printed and not kept. */
export const isQuick = process.argv.includes("--quick");

/** Prints a table, and puts it between its marks in bench/README.md, where the last one of each benchmark stays. */
export function keepTable(name: string, lines: readonly string[]): void {
	console.log(lines.join("\n"));
	if (isQuick) return;
	const text = readFileSync(README, "utf8");
	const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	const [from, to] = [text.indexOf(open), text.indexOf(close)];
	if (from < 0 || to < from) throw new Error(`bench/README.md has no place for this table: put ${open} and ${close} where it shall stand.`);
	writeFileSync(README, `${text.slice(0, from)}${open}\n${lines.join("\n")}\n${text.slice(to)}`);
}

/** One line that says on what machine, and how busy it was. */
export function machine(): string {
	const load = loadavg()[0]?.toFixed(1);
	return `Machine: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, load average ${load} while it ran (above ${cpus().length} the figures are those of a busy machine: caches are shared).`;
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
