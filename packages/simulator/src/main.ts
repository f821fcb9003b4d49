import { createLogger, createMetrics, serveHealth } from "@weir/telemetry";
import { describeReport, HELP, readCommand } from "./command.ts";
import { readDemo, runDemo } from "./demo.ts";
import { readEnv } from "./env.ts";
import { simulate } from "./simulate.ts";

const env = readEnv();
const [first, second] = process.argv.slice(2);

function onStop(stop: () => void): void {
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
}

async function demo(file: string): Promise<void> {
	const log = createLogger({ name: "simulator", level: env.LOG_LEVEL });
	const run = runDemo(await readDemo(file), env, log);
	const metrics = createMetrics({ process: "simulator" });
	metrics.gauge({ name: "simulator_acknowledged_records", help: "Records that the doors have acknowledged.", read: run.acknowledged });
	await serveHealth({ port: env.METRICS_PORT, host: env.METRICS_HOST, ready: run.waitsFor, metrics });
	onStop(() => {
		void run.stop().then(() => process.exit(0));
	});
}

async function once(args: readonly string[]): Promise<void> {
	const options = await readCommand(args, env, Date.now());
	if (options === undefined) {
		console.log(HELP);
		return;
	}
	const simulation = simulate(options);
	const told = new Promise<void>((resolve) => onStop(resolve));
	console.log(describeReport(await Promise.race([simulation.finished, told.then(() => simulation.stop())])));
	process.exit();
}

try {
	if (first === "demo") await demo(second ?? "");
	else await once(process.argv.slice(2));
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
