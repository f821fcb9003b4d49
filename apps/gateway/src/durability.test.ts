import type { LogPromise } from "@weir/jobs";
import { silentLogger } from "@weir/telemetry";
import { expect, it } from "vitest";
import { LogDurability } from "./durability.ts";

const kafka: LogPromise = { log: "kafka", usual: "fsync", refused: { replicated: "There is one broker." } };

it("promises the least as long as the log has not said what it does", async () => {
	const durability = new LogDurability({ promise: () => Promise.reject(new Error("away")) }, silentLogger);
	await durability.start();
	expect(durability.of({ durability: "fsync" })).toBe("memory");
	durability.stop();
});

it("promises what an endpoint chose where the log offers it, and else what the log usually does", async () => {
	const durability = new LogDurability({ promise: async () => kafka }, silentLogger);
	await durability.start();
	expect((["memory", "fsync", "replicated", undefined] as const).map((chosen) => durability.of({ durability: chosen }))).toEqual([
		"memory",
		"fsync",
		"fsync",
		"fsync",
	]);
	durability.stop();
});
