import { expect, test } from "vitest";
import { proven } from "./proven.ts";

const QUICK = ["F1", "F3", "F10a", "F15", "F23", "F24"];

test("nothing is lost, doubled, reordered or miscounted on Kafka while everything that can break breaks", async () => {
	const report = await proven({ log: "kafka", flow: "windows", seed: 4, seconds: 12, mostSeconds: 40, faults: QUICK });
	expect(report.faults).not.toEqual({});
}, 300_000);
