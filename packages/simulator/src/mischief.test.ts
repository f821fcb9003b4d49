import { expect, test } from "vitest";
import { fleetSamples } from "./fleet.ts";
import { type Mischief, withMischief } from "./mischief.ts";
import { seededRandom } from "./random.ts";
import type { Delivery, Sample } from "./sample.ts";
import { pumps } from "./shapes.ts";

const samples: Sample[] = [...fleetSamples({ shape: pumps, devices: 3, perSecond: 10, seed: 1, startMs: 0, records: 2_000 })];

async function played(mischief: Partial<Mischief>, seed = 1): Promise<Delivery[]> {
	const deliveries = withMischief(samples, { duplicates: 0, disorderMs: 0, bad: 0, ...mischief }, seededRandom(seed));
	const played: Delivery[] = [];
	for await (const delivery of deliveries) played.push(delivery);
	return played;
}

const ofKind = (deliveries: Delivery[], kind: Delivery["kind"]) => deliveries.filter((delivery) => delivery.kind === kind);

test("sends every record once, whatever else it sends", async () => {
	const records = ofKind(await played({ duplicates: 0.1, disorderMs: 800, bad: 0.05 }), "record");
	expect(new Set(records.map((delivery) => delivery.sample))).toEqual(new Set(samples));
	expect(records).toHaveLength(samples.length);
});

test("sends in the order of the sending times", async () => {
	const times = (await played({ duplicates: 0.1, disorderMs: 800, bad: 0.05 })).map((delivery) => delivery.sendAtMs);
	expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test("is out of order, and never by more than asked for", async () => {
	let newest = Number.NEGATIVE_INFINITY;
	let worst = 0;
	for (const { sample } of await played({ duplicates: 0.1, disorderMs: 800 })) {
		worst = Math.max(worst, newest - sample.atMs);
		newest = Math.max(newest, sample.atMs);
	}
	expect(worst).toBeGreaterThan(400);
	expect(worst).toBeLessThanOrEqual(800);
});

test("sends the asked share twice, with the same text", async () => {
	const duplicates = ofKind(await played({ duplicates: 0.1 }), "duplicate");
	expect(duplicates.length).toBeGreaterThan(150);
	expect(duplicates.length).toBeLessThan(250);
	expect(duplicates.every((delivery) => delivery.body === delivery.sample.body)).toBe(true);
});

test("sends broken lines that are no JSON", async () => {
	const bad = ofKind(await played({ bad: 0.05 }), "bad");
	expect(bad.length).toBeGreaterThan(60);
	for (const { body } of bad) expect(() => JSON.parse(body)).toThrow();
});

test("plays the same scene for the same seed, and another for another", async () => {
	const mischief = { duplicates: 0.1, disorderMs: 800, bad: 0.05 };
	expect(await played(mischief, 7)).toEqual(await played(mischief, 7));
	expect(await played(mischief, 7)).not.toEqual(await played(mischief, 8));
});
