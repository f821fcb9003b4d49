import { expect, test } from "vitest";
import { proven } from "./proven.ts";

/** Those that show most in little time; all of them strike in `prove.soak.test.ts`. */
const QUICK = ["F1", "F2", "F3", "F5a", "F5b", "F5c", "F6", "F10a", "F10b", "F10c", "F11b", "F17", "F19b", "F23", "F29"];

test("nothing is lost, doubled, reordered or miscounted on Redis while everything that can break breaks", async () => {
	// The drills are a test of their own, beside this one.
	const report = await proven({ log: "redis", flow: "join", seed: 4, seconds: 20, mostSeconds: 50, faults: QUICK, drills: [] });
	expect(report.pairs).toBeGreaterThan(100);
	expect(report.corrections).toBeGreaterThan(0);
}, 300_000);
