import { type GrowthPoint, measurePoint } from "./growth-point.ts";
import { keepPlot } from "./plot.ts";
import { isQuick, keepTable, machine, median } from "./report.ts";

/** `ROUNDS=1 UP_TO=1000000 npm run bench:growth -w bench` is a short run. */
const ROUNDS = Number(process.env.ROUNDS ?? (isQuick ? 1 : 3));
const UP_TO = Number(process.env.UP_TO ?? (isQuick ? 100_000 : 10_000_000));
/** Larger states take long to fill: one process each. */
const ONCE_FROM = 10_000_000;
const KEYS = [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

interface Column {
	readonly title: string;
	readonly kind: string;
	/** How many devices make so many keys. */
	devicesOf(keys: number): number;
	/** Bytes that the state may take in memory; absent: as many as it needs. */
	readonly memoryBytes?: number;
}

const COLUMNS: readonly Column[] = [
	{ title: "dedup, at most 10,000 devices", kind: "dedup", devicesOf: (keys) => Math.min(10_000, Math.max(1, keys / 10)) },
	{ title: "dedup, a device for two keys", kind: "dedup", devicesOf: (keys) => keys / 2 },
	{
		title: "dedup, a device for two keys, 64 MB of memory",
		kind: "dedup",
		devicesOf: (keys) => keys / 2,
		memoryBytes: 64_000_000,
	},
	{ title: "window, groups in it", kind: "tumbling-window", devicesOf: (keys) => keys },
];

function cell(points: readonly GrowthPoint[]): string {
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
const perSecond = COLUMNS.map((): [number, number][] => []);
for (const keys of KEYS.filter((keys) => keys <= UP_TO)) {
	const cells = COLUMNS.map((column, i) => {
		const rounds = keys < ONCE_FROM ? ROUNDS : 1;
		const points = Array.from({ length: rounds }, () => measurePoint(column.kind, keys, column.devicesOf(keys), column.memoryBytes));
		perSecond[i]?.push([keys, 1e9 / median(points.map(({ cpuNs }) => cpuNs))]);
		return cell(points);
	});
	lines.push(`| ${keys.toLocaleString("en")} | ${cells.join(" | ")} |`);
	console.log(lines.at(-1));
}
lines.push("", "![Events per second and core against the number of keys](plots/keys.svg)");
keepTable("growth", lines);
if (!isQuick) {
	keepPlot("keys", {
		title: "Keys in a state",
		x: "keys",
		y: "events per second and core",
		series: COLUMNS.map(({ title }, i) => ({ title, points: perSecond[i] ?? [] })),
	});
}
