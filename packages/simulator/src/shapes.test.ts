import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { air, pumps, shapeOf, taxi } from "./shapes.ts";

const at = Date.UTC(2026, 0, 1);

test("pumps report JSON with their event time", () => {
	const record = JSON.parse(pumps.record(0, at, seededRandom(1)));
	expect(record).toMatchObject({ device: "pump-1", time: "2026-01-01T00:00:00.000Z" });
	expect(record.temperature).toBeGreaterThan(30);
});

test("taxis and air sensors report the older SenML with a base time", () => {
	for (const shape of [taxi, air]) {
		const record = JSON.parse(shape.record(2, at, seededRandom(1)));
		expect(record.bt).toBe(at);
		expect(record.e.every((one: { n?: string; v?: string; sv?: string }) => one.n !== undefined && (one.v ?? one.sv) !== undefined)).toBe(
			true,
		);
	}
});

test("makes up values that suit the fields of a schema", () => {
	const shape = shapeOf([
		{ name: "sensor_id", type: "string" },
		{ name: "measured", type: "time" },
		{ name: "humidity", type: "number" },
		{ name: "count", type: "integer" },
		{ name: "open", type: "boolean" },
	]);
	const record = JSON.parse(shape.record(4, at, seededRandom(1)));
	expect(record.sensor_id).toBe("device-5");
	expect(record.measured).toBe("2026-01-01T00:00:00.000Z");
	expect(record.humidity).toBeGreaterThan(30);
	expect(Number.isInteger(record.count)).toBe(true);
	expect(typeof record.open).toBe("boolean");
});
