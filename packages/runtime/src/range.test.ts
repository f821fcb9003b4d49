import { createMemoryLog } from "@weir/backends";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import { expect, it } from "vitest";
import { pumpPlan } from "../test/rig.ts";
import { countRange, positionOf, sourceRange } from "./range.ts";
import { endpointStream } from "./task-name.ts";

const stream = endpointStream("t", "door");
const record = encodeRecord({ key: "pump-1", topic: "", payload: Buffer.from("{}") });

/** An entry of two records in each millisecond from 1 to 100, all in the first of two partitions. */
async function filled() {
	let nowMs = 0;
	const log = createMemoryLog({ now: () => nowMs });
	for (nowMs = 1; nowMs <= 100; nowMs++) await log.append(stream, 0, encodeRawFrame(nowMs, [record, record]), 2, { id: "p", seq: nowMs });
	const read = (fromMs: number, toMs?: number) =>
		sourceRange(log, { tenant: "t", plan: pumpPlan(), endpoints: { src: "door" }, fromMs, toMs });
	return { log, read };
}

it("finds a range in each partition, at entries that are there or before", async () => {
	const { read } = await filled();
	const { places, heldFromMs } = await read(10, 20);
	expect(positionOf(places, "after")).toEqual({ "e:door/0": "9", "e:door/1": "" });
	expect(positionOf(places, "upTo")).toEqual({ "e:door/0": "19", "e:door/1": "" });
	expect(heldFromMs).toBeUndefined();
	expect(positionOf((await read(10)).places, "upTo")).toEqual({ "e:door/0": "100", "e:door/1": "" });
	expect(positionOf((await read(500)).places, "after")).toEqual({ "e:door/0": "100", "e:door/1": "" });
});

it("says from when on the log holds all", async () => {
	const { log, read } = await filled();
	await log.trim(stream, 0, "30");
	expect((await read(10, 20)).heldFromMs).toBe(31);
});

it("counts the records of a range, and reckons them where there are too many to count", async () => {
	const { log, read } = await filled();
	const { places } = await read(11, 21);
	expect(await countRange(log, places, { bytesEach: 1_000_000, toMs: 21 })).toEqual({ records: 20, isCounted: true });
	const all = await read(1, 101);
	// A piece of the log holds them all here, so only the second look at the bound tells.
	const reckoned = await countRange({ ...cut(log), compare: (a, b) => log.compare(a, b) }, all.places, { bytesEach: 1_000, toMs: 101 });
	expect(reckoned.isCounted).toBe(false);
	expect(reckoned.records).toBeGreaterThan(180);
	expect(reckoned.records).toBeLessThan(220);
});

/** The log in small pieces. */
function cut(log: Awaited<ReturnType<typeof filled>>["log"]): Pick<typeof log, "read" | "tail"> {
	return {
		read: (requests) => log.read(requests, { maxBytes: 300, waitMs: 0 }),
		tail: (...args) => log.tail(...args),
	};
}
