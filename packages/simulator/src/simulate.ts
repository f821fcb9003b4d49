import { setTimeout as pause } from "node:timers/promises";
import type { Client, Target } from "./client.ts";
import { createHttpClient } from "./http-client.ts";
import { type Mischief, withMischief } from "./mischief.ts";
import { createMqttClient } from "./mqtt-client.ts";
import { seededRandom } from "./random.ts";
import type { Delivery, Samples } from "./sample.ts";

export interface SimulationOptions extends Partial<Mischief> {
	/** In order of event time, from `readSamples` or `fleetSamples`. */
	readonly samples: Samples;
	readonly target: Target;
	/** How many times faster than the samples' own clock; `Infinity` sends as fast as answers come. */
	readonly speed: number;
	/** Records in one request at most; MQTT sends each alone. */
	readonly batch?: number;
	/** Requests or publishes under way at once. */
	readonly window?: number;
	readonly seed?: number;
	/** Told of each acknowledged delivery; a refused one is not told. */
	onAcknowledged?(deliveries: readonly Delivery[]): void;
}

/** What was sent and what the door said to it. */
export interface SimulationReport {
	readonly records: number;
	readonly duplicates: number;
	readonly bad: number;
	readonly acknowledged: number;
	readonly refused: number;
	readonly retries: number;
	readonly durationMs: number;
}

export interface Simulation {
	/** The figures so far. */
	report(): SimulationReport;
	/** Resolves when all samples are acknowledged or refused, or after `stop`; rejects when sending is no use. */
	readonly finished: Promise<SimulationReport>;
	/** Sends nothing more, waits for the answers that are under way, and gives up on them after two seconds. */
	stop(): Promise<SimulationReport>;
}

const STOP_LIMIT_MS = 2_000;

/** Plays samples as a real device: with duplicates, disorder and broken lines, waiting for acknowledgements and trying again. */
export function simulate(options: SimulationOptions): Simulation {
	const startedAt = performance.now();
	const counts = { record: 0, duplicate: 0, bad: 0, acknowledged: 0, refused: 0, retries: 0 };
	const cut = new AbortController();
	const halt = new AbortController();
	const report = (): SimulationReport => ({
		records: counts.record,
		duplicates: counts.duplicate,
		bad: counts.bad,
		acknowledged: counts.acknowledged,
		refused: counts.refused,
		retries: counts.retries,
		durationMs: performance.now() - startedAt,
	});

	async function play(client: Client): Promise<void> {
		const underWay = new Set<Promise<void>>();
		let failure: unknown;
		const send = async (deliveries: readonly Delivery[]) => {
			while (underWay.size >= client.window) await Promise.race(underWay);
			if (failure !== undefined) throw failure;
			for (const { kind } of deliveries) counts[kind]++;
			const one = client
				.send(deliveries, () => {
					counts.retries++;
				})
				.then(({ accepted, refused }) => {
					counts.acknowledged += accepted;
					counts.refused += refused;
					if (refused < deliveries.length) options.onAcknowledged?.(deliveries);
				})
				.catch((error: unknown) => {
					if (!cut.signal.aborted) failure ??= error;
				})
				.finally(() => underWay.delete(one));
			underWay.add(one);
		};
		const mischief = { duplicates: options.duplicates ?? 0, disorderMs: options.disorderMs ?? 0, bad: options.bad ?? 0 };
		const deliveries = withMischief(options.samples, mischief, seededRandom(options.seed ?? 1));
		for await (const group of paced(deliveries, options.speed, options.batch ?? 1, halt.signal)) await send(group);
		while (underWay.size > 0) await Promise.race(underWay);
		if (failure !== undefined) throw failure;
	}

	async function run(): Promise<SimulationReport> {
		const client = await connect(options, cut.signal);
		try {
			await play(client);
		} finally {
			await client.close();
		}
		return report();
	}

	const finished = run();
	finished.catch(() => {}); // whoever wants to know awaits `finished` or `stop`
	return {
		report,
		finished,
		async stop() {
			halt.abort();
			const limit = setTimeout(() => cut.abort(new Error("The simulation was stopped.")), STOP_LIMIT_MS);
			try {
				return await finished;
			} catch (error) {
				if (cut.signal.aborted) return report();
				throw error;
			} finally {
				clearTimeout(limit);
			}
		},
	};
}

function connect({ target, window }: SimulationOptions, signal: AbortSignal): Client | Promise<Client> {
	return target.as === "http"
		? createHttpClient(target, { connections: window ?? 4, signal })
		: createMqttClient(target, { window: window ?? 64, signal });
}

/** Holds each delivery back until its moment, and puts those that are due together in one group. */
async function* paced(deliveries: AsyncIterable<Delivery>, speed: number, batch: number, halt: AbortSignal): AsyncGenerator<Delivery[]> {
	let origin: { readonly wallMs: number; readonly sendAtMs: number } | undefined;
	let group: Delivery[] = [];
	for await (const delivery of deliveries) {
		if (halt.aborted) return;
		origin ??= { wallMs: performance.now(), sendAtMs: delivery.sendAtMs };
		const waitMs = origin.wallMs + (delivery.sendAtMs - origin.sendAtMs) / speed - performance.now();
		if (group.length > 0 && (group.length >= batch || waitMs > 0)) {
			yield group;
			group = [];
		}
		if (waitMs > 1) await pause(waitMs, undefined, { signal: halt }).catch(() => {});
		if (halt.aborted) return;
		group.push(delivery);
	}
	if (group.length > 0) yield group;
}
