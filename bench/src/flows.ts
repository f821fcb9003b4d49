import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startRedis } from "@weir/tooling";
import { OwnProcess } from "./own-process.ts";
import { keepPlot } from "./plot.ts";
import { isQuick, keepTable, machine, median } from "./report.ts";
import type { StageAnswer, StageOrder, StageSetup } from "./stage-run.ts";

/*
 * Many flows in one worker: each has a fleet of 200 devices and a state of its own, and gives way after each frame of some 400 events. Checkpoints go
 * to Redis each second.
 */
const ROUNDS = isQuick ? 1 : 3;
const EVENTS = isQuick ? 1_000_000 : 2_000_000;
const WARM_UP_EVENTS = 1_000_000;
const FLOWS = isQuick ? [1, 20, 200] : [1, 10, 50, 100, 200, 500];
const COLUMNS = [
	{ title: "flows of one shape", shapes: 1 },
	{ title: "flows of 20 shapes", shapes: 20 },
] as const;
const FLOOR = { flows: 200, times: 4 };

const folder = await mkdtemp(path.join(tmpdir(), "weir-bench-flows-"));
const redis = await startRedis({ folder, appendfsync: "always" });

/** Each in a process of its own, so that nothing of the one before is compiled or collected in it. */
async function measure(flows: number, shapes: number): Promise<StageAnswer> {
	const setup: StageSetup = {
		flows,
		shapes: Math.min(shapes, flows),
		partitions: 1,
		devices: 200,
		checkpoints: { to: "redis", url: redis.url },
		framesPerRead: 1,
	};
	const own = new OwnProcess("stage-run.ts", [JSON.stringify(setup)]);
	try {
		await own.ask<StageAnswer>({ act: "run", events: WARM_UP_EVENTS } satisfies StageOrder);
		return await own.ask<StageAnswer>({ act: "run", events: EVENTS } satisfies StageOrder);
	} finally {
		own.end();
	}
}

try {
	const found = COLUMNS.map(() => new Map<number, StageAnswer[]>(FLOWS.map((flows) => [flows, []])));
	for (let round = 0; round < ROUNDS; round++) {
		for (const flows of FLOWS) {
			for (const [i, { shapes }] of COLUMNS.entries()) found[i]?.get(flows)?.push(await measure(flows, shapes));
		}
	}
	const ns = (column: number, flows: number) => median((found[column]?.get(flows) ?? []).map(({ cpuNs }) => cpuNs));
	const rss = (column: number, flows: number) => median((found[column]?.get(flows) ?? []).map(({ rssBytes }) => rssBytes)) / 2 ** 20;
	const times = (column: number, flows: number) => ns(column, flows) / ns(column, 1);
	keepTable("flows", [
		`Reference flows in one process, ${EVENTS.toLocaleString("en")} events a run spread over them; processor time per event, beside that of one flow, and memory of the process; median of ${ROUNDS} processes each.`,
		"",
		machine(),
		"",
		`| flows | ${COLUMNS.map(({ title }) => title).join(" | ")} |`,
		`| ---: | ${COLUMNS.map(() => "---").join(" | ")} |`,
		...FLOWS.map((flows) => {
			const cells = COLUMNS.map(
				(_, i) => `${ns(i, flows).toFixed(0)} ns, ${times(i, flows).toFixed(2)} ×, ${rss(i, flows).toFixed(0)} MiB`,
			);
			return `| ${flows} | ${cells.join(" | ")} |`;
		}),
		"",
		`${FLOOR.flows} flows cost **${times(0, FLOOR.flows).toFixed(2)} ×** one flow per event (goal: at most ${FLOOR.times} ×), of 20 shapes ${times(1, FLOOR.flows).toFixed(2)} ×.`,
		"",
		"![Events per second and core against the number of flows](plots/flows.svg)",
	]);
	if (!isQuick) {
		keepPlot("flows", {
			title: "Flows in one worker",
			x: "flows",
			y: "events per second and core",
			series: COLUMNS.map(({ title }, i) => ({ title, points: FLOWS.map((flows) => [flows, 1e9 / ns(i, flows)]) })),
		});
	}
} finally {
	await redis.stop();
	await rm(folder, { recursive: true, force: true });
}
