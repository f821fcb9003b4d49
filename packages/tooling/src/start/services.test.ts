import { expect, test } from "vitest";
import { productEnvironment } from "./children.ts";
import { logMemoryBytes, type Services } from "./services.ts";
import { readSettings, type Secrets } from "./settings.ts";

const GB = 1024 ** 3;

test("gives the log a quarter of the memory that there is, and at most 2 GB", () => {
	expect(logMemoryBytes(4 * GB, 0)).toBe(GB);
	expect(logMemoryBytes(64 * GB, 0)).toBe(2 * GB);
	expect(logMemoryBytes(64 * GB, 2 * GB)).toBe(GB / 2);
	expect(logMemoryBytes(4 * GB, 2 ** 63)).toBe(GB);
});

test("tells the gateway where the log lies, unless somebody else runs it", () => {
	const environment = (redisDataFolder: string | undefined) =>
		productEnvironment(readSettings([]), {} as Secrets, { databaseUrl: "postgresql://a@b/c", redisDataFolder } as Services);
	expect(environment("/data/log").REDIS_DATA_FOLDER).toBe("/data/log");
	expect(environment(undefined)).not.toHaveProperty("REDIS_DATA_FOLDER");
});
