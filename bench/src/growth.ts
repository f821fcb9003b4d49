import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { keepTable, machine, median } from "./report.ts";

/** `ROUNDS=1 UP_TO=1000000 npm run bench:growth -w bench` is a short run. */
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const UP_TO = Number(process.env.UP_TO ?? 10_000_000);
/** Larger states take long to fill: one process each. */
const ONCE_FROM = 10_000_000;
const KEYS = [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

interface Point {
	readonly cpuNs: number;
	readonly rssBytes: number;
}

interface Column {
	readonly title: string;
	readonly kind: string;
	/** How many devices make so many keys. */
	devicesOf(keys: number): number;
}

const COLUMNS: readonly Column[] = [
	{ title: "dedup, at most 10,000 devices", kind: "dedup", devicesOf: (keys) => Math.min(10_000, Math.max(1, keys / 10)) },
	{ title: "dedup, a device for two keys", kind: "dedup", devicesOf: (keys) => keys / 2 },
	{ title: "window, groups in it", kind: "tumbling-window", devicesOf: (keys) => keys },
];

function measure(column: Column, keys: number): Point {
	const answer = execFileSync(
		process.execPath,
		[
			"--import",
			new URL("../../scripts/strip-types.mjs", import.meta.url).href,
			"--max-old-space-size=8192",
			fileURLToPath(new URL("growth-run.ts", import.meta.url)),
			column.kind,
			String(keys),
			String(column.devicesOf(keys)),
		],
		{ encoding: "utf8" },
	);
	return JSON.parse(answer) as Point;
}

function cell(points: readonly Point[]): string {
	const cpuNs = median(points.map((point) => point.cpuNs));
	return `${(1_000 / cpuNs).toFixed(2)} M, ${cpuNs.toFixed(0)} ns, ${Math.round(median(points.map((point) => point.rssBytes)) / 2 ** 20)} MiB`;
}

const lines = [
	`Events per second and core of one operator against the number of keys in its state, with the processor time per event and the memory of the whole process; ${ROUNDS === 1 ? "one process each" : `median of ${ROUNDS} processes each, one from ${ONCE_FROM.toLocaleString("en")} keys on`}.`,
	"",
	machine(),
	"",
	`| keys | ${COLUMNS.map(({ title }) => title).join(" | ")} |`,
	`| ---: | ${COLUMNS.map(() => "---").join(" | ")} |`,
];
for (const keys of KEYS.filter((keys) => keys <= UP_TO)) {
	const cells = COLUMNS.map((column) => cell(Array.from({ length: keys < ONCE_FROM ? ROUNDS : 1 }, () => measure(column, keys))));
	lines.push(`| ${keys.toLocaleString("en")} | ${cells.join(" | ")} |`);
	console.log(lines.at(-1));
}
keepTable("growth", lines);
