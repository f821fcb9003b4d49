import { isWeirError } from "@weir/errors";
import { describeLog } from "@weir/runtime/conformance";
import { describe, expect, it } from "vitest";
import { createMemoryLog } from "./log-memory.ts";

describeLog("memory", async () => {
	const log = createMemoryLog();
	return { log, close: () => log.close() };
});

describe("log in memory", () => {
	const stream = { tenant: "water", stream: "e:pump" };

	it("takes no more than its limit, and takes more again after a trim", async () => {
		const log = createMemoryLog({ limitBytes: 10 });
		const first = await log.append(stream, 0, Buffer.from("12345678"), 1, { id: "p", seq: 1 });
		const second = () => log.append(stream, 0, Buffer.from("12345678"), 1, { id: "p", seq: 2 });
		await expect(second()).rejects.toSatisfy((error) => isWeirError(error) && error.code === "LOG_FULL");
		await log.trim(stream, 0, first);
		await expect(second()).resolves.toBe("2");
	});

	it("takes a message id again after its horizon", async () => {
		let now = 0;
		const log = createMemoryLog({ horizonMs: 1_000, now: () => now });
		const identified = (seq: number) =>
			log.appendIdentified(stream, 0, Buffer.alloc(0), [{ messageId: "a", record: Buffer.from("a") }], { id: "p", seq });
		expect((await identified(1)).accepted).toBe(1);
		now = 1_000;
		expect((await identified(2)).accepted).toBe(0);
		now = 1_001;
		expect((await identified(3)).accepted).toBe(1);
	});
});
