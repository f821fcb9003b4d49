import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { WeirError } from "@weir/errors";
import type { Target } from "./client.ts";
import { demoFile, FLEETS, readDemo, targetOf } from "./demo.ts";
import type { SimulatorEnv } from "./env.ts";
import { fleetSamples } from "./fleet.ts";
import { readCount, readDuration, readShare, readSpeed } from "./quantities.ts";
import { readSamples } from "./read-file.ts";
import { pumps } from "./shapes.ts";
import type { SimulationOptions, SimulationReport } from "./simulate.ts";

export const HELP = `npm run simulate -- [options]

What is played
  --file <path>        .csv (epochMillis,text), .ndjson, .json or .senml
  --fleet <name>       a built-in fleet instead of a file: ${Object.keys(FLEETS).join(", ")} (default pumps)
  --devices <n>        devices of the fleet (10)     --rate <n>   records a second of the fleet (20)
  --records <n>        stop after so many (fleet: runs until Ctrl-C)

Where it goes
  --as http|mqtt       which door (http)
  --endpoint <url>     whole HTTP address, or the broker's address with --as mqtt
  --token <token>      the device's token            --device <id>  its id (MQTT)    --topic <topic>  (MQTT)
  --flow <scenario>    a source of the demo tenant instead: pumps, taxi or air; the default is the first one

How it behaves
  --speed 60x|max (1x) --duplicates 5% --disorder 800ms --bad 0.1% --batch <n> (1) --window <n> --seed <n> (1)
`;

const OPTIONS = {
	file: { type: "string" },
	fleet: { type: "string" },
	devices: { type: "string", default: "10" },
	rate: { type: "string", default: "20" },
	records: { type: "string" },
	as: { type: "string" },
	endpoint: { type: "string" },
	token: { type: "string" },
	device: { type: "string" },
	topic: { type: "string" },
	flow: { type: "string" },
	speed: { type: "string", default: "1x" },
	duplicates: { type: "string", default: "0" },
	disorder: { type: "string", default: "0ms" },
	bad: { type: "string", default: "0" },
	batch: { type: "string", default: "1" },
	window: { type: "string" },
	seed: { type: "string", default: "1" },
	help: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

/** Turns the command line into what shall be played; undefined when it asks for help. */
export async function readCommand(args: readonly string[], env: SimulatorEnv, nowMs: number): Promise<SimulationOptions | undefined> {
	const values = parse(args);
	if (values.help) return undefined;
	return {
		samples: samplesOf(values, nowMs),
		target: await targetFor(values, env),
		speed: readSpeed(values.speed, "speed"),
		duplicates: readShare(values.duplicates, "duplicates"),
		disorderMs: readDuration(values.disorder, "disorder"),
		bad: readShare(values.bad, "bad"),
		batch: readCount(values.batch, "batch"),
		seed: readCount(values.seed, "seed"),
		...(values.window === undefined ? {} : { window: readCount(values.window, "window") }),
	};
}

function parse(args: readonly string[]): Values {
	try {
		return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
	} catch (error) {
		throw new WeirError("REQUEST_INVALID", `${error instanceof Error ? error.message : String(error)} See --help.`, { cause: error });
	}
}

function samplesOf(values: Values, nowMs: number): SimulationOptions["samples"] {
	if (values.file !== undefined) {
		const file = path.resolve(values.file);
		if (!existsSync(file)) throw new WeirError("REQUEST_INVALID", `There is no file ${file}: check the path after --file.`);
		return readSamples(file);
	}
	const name = values.fleet ?? (values.flow !== undefined && values.flow in FLEETS ? values.flow : "pumps");
	const shape = FLEETS[name];
	if (shape === undefined) throw new WeirError("REQUEST_INVALID", `There is no fleet "${name}": choose ${Object.keys(FLEETS).join(", ")}.`);
	return fleetSamples({
		shape: shape ?? pumps,
		devices: readCount(values.devices, "devices"),
		perSecond: readCount(values.rate, "rate"),
		seed: readCount(values.seed, "seed"),
		startMs: nowMs,
		...(values.records === undefined ? {} : { records: readCount(values.records, "records") }),
	});
}

async function targetFor(values: Values, env: SimulatorEnv): Promise<Target> {
	const { as, endpoint, token, device, topic } = values;
	if (as !== undefined && as !== "http" && as !== "mqtt")
		throw new WeirError("REQUEST_INVALID", `--as takes http or mqtt; "${as}" is neither.`);
	if (endpoint === undefined && token === undefined) {
		const sources = await readDemo(demoFile(env));
		const fitting = sources.filter(
			(source) => (as === undefined || source.as === as) && (values.flow === undefined || source.scenario === values.flow),
		);
		const [first] = fitting;
		if (first === undefined) throw new WeirError("REQUEST_INVALID", "No demo source fits: say where to send with --endpoint and --token.");
		return targetOf(first, env);
	}
	if (token === undefined) throw new WeirError("REQUEST_INVALID", "--token is missing: the Connect panel of the source shows it once.");
	if (as !== "mqtt") {
		if (endpoint === undefined)
			throw new WeirError("REQUEST_INVALID", "--endpoint is missing: copy the address from the Connect panel of the source.");
		return { as: "http", endpoint, token };
	}
	if (topic === undefined) throw new WeirError("REQUEST_INVALID", "--topic is missing: copy it from the Connect panel of the source.");
	return { as: "mqtt", broker: endpoint ?? env.GATEWAY_PUBLIC_MQTT_URL, topic, device: device ?? "simulator", token };
}

/** The figures as a person reads them. */
export function describeReport(report: SimulationReport): string {
	const sent = report.records + report.duplicates + report.bad;
	const seconds = report.durationMs / 1000;
	return [
		`sent          ${sent} (${report.records} records, ${report.duplicates} duplicates, ${report.bad} broken lines)`,
		`acknowledged  ${report.acknowledged}`,
		`refused       ${report.refused}`,
		`tried again   ${report.retries}`,
		`in            ${seconds.toFixed(1)} s, ${(sent / Math.max(seconds, 0.001)).toFixed(0)} a second`,
	].join("\n");
}
