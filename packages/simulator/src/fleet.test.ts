import { expect, test } from "vitest";
import { fleetSamples } from "./fleet.ts";
import { pumps } from "./shapes.ts";

function devicesOf(firstDevice?: number): readonly string[] {
	const samples = fleetSamples({
		shape: pumps,
		devices: 3,
		perSecond: 5,
		seed: 1,
		startMs: Date.UTC(2026, 0, 1),
		records: 6,
		...(firstDevice === undefined ? {} : { firstDevice }),
	});
	return [...samples].map((sample) => (JSON.parse(sample.body) as { device: string }).device);
}

test("devices take turns", () => {
	expect(devicesOf()).toEqual(["pump-1", "pump-2", "pump-3", "pump-1", "pump-2", "pump-3"]);
});

test("a fleet that begins after another shares no device with it", () => {
	expect(devicesOf(3)).toEqual(["pump-4", "pump-5", "pump-6", "pump-4", "pump-5", "pump-6"]);
});
