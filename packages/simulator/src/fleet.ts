import { seededRandom } from "./random.ts";
import type { Sample } from "./sample.ts";
import type { Shape } from "./shapes.ts";

export interface FleetOptions {
	readonly shape: Shape;
	readonly devices: number;
	/** Number of the first device: two fleets of one flow need numbers of their own, or they send the same records. */
	readonly firstDevice?: number;
	/** Records a second over all devices. */
	readonly perSecond: number;
	readonly seed: number;
	/** Event time of the first record. */
	readonly startMs: number;
	/** Ends after this many records; without it the fleet runs for ever. */
	readonly records?: number;
}

/** Made-up records of a fleet, in order of event time; devices take turns. */
export function* fleetSamples(options: FleetOptions): Generator<Sample> {
	const random = seededRandom(options.seed);
	const first = options.firstDevice ?? 0;
	const limit = options.records ?? Number.POSITIVE_INFINITY;
	for (let index = 0; index < limit; index++) {
		const atMs = Math.round(options.startMs + (index * 1000) / options.perSecond);
		yield { atMs, body: options.shape.record(first + (index % options.devices), atMs, random) };
	}
}
