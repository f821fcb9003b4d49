import { createMemoryLog } from "@weir/backends";
import type { Log } from "@weir/runtime";
import { beforeEach, describe, expect, it } from "vitest";
import { SharedReader } from "./shared-reader.ts";

let log: Log;
let calls: number;
let reader: SharedReader;

beforeEach(() => {
	log = createMemoryLog();
	calls = 0;
	const counted = Object.create(log, {
		read: {
			value: (...args: Parameters<Log["read"]>) => {
				calls += 1;
				return log.read(...args);
			},
		},
	});
	reader = new SharedReader(counted);
});

const stream = (name: string) => ({ tenant: "t", stream: name });
const append = (name: string, text: string, seq: number) => log.append(stream(name), 0, Buffer.from(text), 1, { id: "p", seq });
const ask = (name: string, waitMs: number, signal?: AbortSignal) =>
	reader
		.read([{ stream: stream(name), partition: 0, after: "" }], { maxBytes: 1_000, waitMs, ...(signal === undefined ? {} : { signal }) })
		.then(([entries = []]) => entries.map((entry) => Buffer.from(entry.frame).toString()));

describe("a shared reader", () => {
	it("answers all that ask at the same moment with one call to the log", async () => {
		for (let i = 0; i < 5; i++) await append(`pump-${i}`, `water ${i}`, 1);
		const found = await Promise.all(Array.from({ length: 5 }, (_, i) => ask(`pump-${i}`, 0)));
		expect(found).toEqual([["water 0"], ["water 1"], ["water 2"], ["water 3"], ["water 4"]]);
		expect(calls).toBe(1);
	});

	it("lets each wait for its own stream", async () => {
		const first = ask("pump-1", 5_000);
		const second = ask("pump-2", 5_000);
		await append("pump-2", "oil", 1);
		expect(await second).toEqual(["oil"]);
		await append("pump-1", "water", 1);
		expect(await first).toEqual(["water"]);
	});

	it("answers with nothing when the time is over or the signal fires", async () => {
		expect(await ask("pump-1", 20)).toEqual([]);
		const abort = new AbortController();
		const waiting = ask("pump-1", 60_000, abort.signal);
		abort.abort();
		expect(await waiting).toEqual([]);
	});

	it("tells everybody when the log is away", async () => {
		await log.close();
		await expect(ask("pump-1", 0)).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
		await expect(ask("pump-1", 5_000)).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
	});
});
