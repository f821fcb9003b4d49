import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { WeirError } from "@weir/errors";
import type { Logger } from "@weir/telemetry";
import * as z from "zod";
import type { Target } from "./client.ts";
import type { SimulatorEnv } from "./env.ts";
import { fleetSamples } from "./fleet.ts";
import { air, pumps, type Shape, taxi } from "./shapes.ts";
import { type Simulation, simulate } from "./simulate.ts";

/** The built-in fleets by name. */
export const FLEETS: Readonly<Record<string, Shape>> = { pumps, taxi, air };

const demoSchema = z.array(
	z.object({
		scenario: z.string(),
		as: z.enum(["http", "mqtt"]),
		/** Last part of the HTTP address. */
		endpoint: z.string(),
		topic: z.string().optional(),
		deviceId: z.string(),
		token: z.string(),
	}),
);

export type DemoSource = z.infer<typeof demoSchema>[number];

/** The demo tenant's devices, as `npm start` has left them. */
export async function readDemo(file: string): Promise<readonly DemoSource[]> {
	const text = await readFile(file, "utf8").catch((error: unknown) => {
		throw new WeirError(
			"REQUEST_INVALID",
			`${file} cannot be read: run "npm start" first, or say where to send with --endpoint and --token.`,
			{ cause: error },
		);
	});
	return demoSchema.parse(JSON.parse(text));
}

/** Where a demo device sends. */
export function targetOf(source: DemoSource, env: SimulatorEnv): Target {
	if (source.as === "http")
		return { as: "http", endpoint: new URL(`/v1/${source.endpoint}`, env.GATEWAY_PUBLIC_HTTP_URL).href, token: source.token };
	const topic = source.topic ?? "data";
	return { as: "mqtt", broker: env.GATEWAY_PUBLIC_MQTT_URL, topic, device: source.deviceId, token: source.token };
}

export function demoFile(env: SimulatorEnv): string {
	return path.resolve(env.WEIR_FOLDER, "demo.json");
}

const AGAIN_AFTER_MS = 30_000;
const DEVICES = 8;
const PER_SECOND = 5;

export interface DemoRun {
	/** Sentences about what is missing; empty when each source has had an acknowledgement. */
	waitsFor(): readonly string[];
	acknowledged(): number;
	stop(): Promise<void>;
}

/** Plays a small fleet into each demo source for as long as the product runs. */
export function runDemo(sources: readonly DemoSource[], env: SimulatorEnv, log: Logger): DemoRun {
	const halt = new AbortController();
	const running: (Simulation | undefined)[] = sources.map(() => undefined);
	const past = sources.map(() => 0);

	const play = async (source: DemoSource, index: number): Promise<void> => {
		while (!halt.signal.aborted) {
			const simulation = simulate({
				samples: fleetSamples({
					shape: FLEETS[source.scenario] ?? pumps,
					devices: DEVICES,
					firstDevice: index * DEVICES,
					perSecond: PER_SECOND,
					seed: index + 1,
					startMs: Date.now(),
				}),
				target: targetOf(source, env),
				speed: 1,
				duplicates: 0.02,
				disorderMs: 800,
				bad: 0.001,
				seed: index + 1,
			});
			running[index] = simulation;
			try {
				await simulation.finished;
			} catch (error) {
				log.warn("A demo device cannot send; it tries again later.", { deviceId: source.deviceId, protocol: source.as, failed: error });
			}
			past[index] = (past[index] ?? 0) + simulation.report().acknowledged;
			running[index] = undefined;
			await pause(AGAIN_AFTER_MS, undefined, { signal: halt.signal }).catch(() => {});
		}
	};
	const done = Promise.all(sources.map(play));
	const acknowledgedBy = (index: number) => (past[index] ?? 0) + (running[index]?.report().acknowledged ?? 0);
	return {
		waitsFor: () =>
			sources.flatMap((source, index) =>
				acknowledgedBy(index) > 0 ? [] : [`Device ${source.deviceId} (${source.as}) waits for its first acknowledgement.`],
			),
		acknowledged: () => sources.reduce((sum, _, index) => sum + acknowledgedBy(index), 0),
		async stop() {
			halt.abort();
			await Promise.all(running.map((simulation) => simulation?.stop().catch(() => {})));
			await done;
		},
	};
}
