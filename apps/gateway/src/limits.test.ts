import { describe, expect, it } from "vitest";
import { Limits } from "./limits.ts";

const wide = { perSecond: 1_000_000, burst: 1_000_000 };

function limitsOf(change: { readonly records?: object; readonly bytes?: object }) {
	let now = 0;
	const limits = new Limits(
		{
			records: { device: wide, endpoint: wide, tenant: wide, ...change.records },
			bytes: { device: wide, endpoint: wide, tenant: wide, ...change.bytes },
		},
		() => now,
	);
	return { limits, pass: (ms: number) => (now += ms) };
}

const pump = { device: "pump-1", endpoint: "in-1", tenant: "water" };

describe("limits of the doors", () => {
	it.each(["device", "endpoint", "tenant"] as const)("lets a %s send its burst, no more, and again as time passes", (subject) => {
		const { limits, pass } = limitsOf({ records: { [subject]: { perSecond: 2, burst: 3 } } });
		expect([1, 2, 3].map(() => limits.take(pump, 1, 10))).toEqual([0, 0, 0]);
		expect(limits.take(pump, 1, 10)).toBe(500);
		expect(limits.take({ device: "pump-2", endpoint: "in-2", tenant: "gas" }, 1, 10)).toBe(0);
		pass(500);
		expect(limits.take(pump, 1, 10)).toBe(0);
		expect(limits.take(pump, 1, 10)).toBe(500);
	});

	it("counts bytes as it counts records", () => {
		const { limits, pass } = limitsOf({ bytes: { tenant: { perSecond: 100, burst: 100 } } });
		expect(limits.take(pump, 1, 100)).toBe(0);
		expect(limits.take(pump, 1, 1)).toBe(10);
		pass(10);
		expect(limits.take(pump, 1, 1)).toBe(0);
	});

	it("lets a batch larger than the burst through and makes its sender wait for it afterwards", () => {
		const { limits, pass } = limitsOf({ records: { device: { perSecond: 10, burst: 10 } } });
		expect(limits.take(pump, 30, 10)).toBe(0);
		expect(limits.take(pump, 1, 10)).toBe(2_100);
		pass(2_100);
		expect(limits.take(pump, 1, 10)).toBe(0);
	});

	it("takes from no bucket when one of them is empty", () => {
		const { limits } = limitsOf({ records: { device: { perSecond: 1, burst: 1 }, tenant: { perSecond: 1, burst: 2 } } });
		limits.take(pump, 1, 1);
		expect(limits.take(pump, 1, 1)).toBeGreaterThan(0);
		expect(limits.take({ ...pump, device: "pump-2" }, 1, 1)).toBe(0);
	});
});
