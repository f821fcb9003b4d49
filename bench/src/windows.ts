import { type GrowthPoint, measurePoint } from "./growth-point.ts";
import { keepPlot } from "./plot.ts";
import { isQuick, keepTable, machine, median } from "./report.ts";

/** One operator with more and more windows: each in a process of its own, see growth-run.ts. */
const ROUNDS = isQuick ? 1 : 3;
const WINDOWS = isQuick ? [1, 100, 10_000] : [1, 10, 100, 1_000, 10_000];
const DEVICES = 100;
const COLUMNS = [
	{ title: "open at once, waiting for late records", what: "open-windows" },
	{ title: "overlapping, each event in all of them", what: "overlapping-windows" },
] as const;

const lines = [
	`Events per second and core of one window operator against the number of its windows, for ${DEVICES} groups in each, with the processor time per event and the memory of the whole process; median of ${ROUNDS} processes each.`,
	"",
	machine(),
	"",
	`| windows | ${COLUMNS.map(({ title }) => title).join(" | ")} |`,
	`| ---: | ${COLUMNS.map(() => "---").join(" | ")} |`,
];
const perSecond = COLUMNS.map((): [number, number][] => []);
for (const windows of WINDOWS) {
	const cells = COLUMNS.map(({ what }, i) => {
		const points = Array.from({ length: ROUNDS }, () => measurePoint(what, windows, DEVICES));
		const of = (pick: (point: GrowthPoint) => number) => median(points.map(pick));
		const cpuNs = of((point) => point.cpuNs);
		perSecond[i]?.push([windows, 1e9 / cpuNs]);
		return `${(1_000 / cpuNs).toFixed(2)} M, ${cpuNs.toFixed(0)} ns, ${Math.round(of((point) => point.rssBytes) / 2 ** 20)} MiB`;
	});
	lines.push(`| ${windows.toLocaleString("en")} | ${cells.join(" | ")} |`);
}
lines.push("", "![Events per second and core against the number of windows](plots/windows.svg)");
keepTable("windows", lines);
if (!isQuick) {
	keepPlot("windows", {
		title: "Windows of one operator",
		x: "windows",
		y: "events per second and core",
		series: COLUMNS.map(({ title }, i) => ({ title, points: perSecond[i] ?? [] })),
	});
}
