import { createMemoryLog } from "@weir/backends";
import type { ChosenRetention } from "@weir/db";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import { endpointStream } from "@weir/runtime";
import { expect, it } from "vitest";
import { type CappedRecords, CapTeller, cappedText, capStreams } from "./cap-streams.ts";

/* The hard cap of I11. Seen to fail when what goes is not counted, when what was read counts as unread, and when young entries go first. */

const ENTRY_BYTES = 1_000;
const capped: ChosenRetention = {
	tenant: "t",
	flow: "f",
	node: "pumps",
	endpoint: "door",
	generations: [2],
	keepMs: undefined,
	maxBytes: 10 * ENTRY_BYTES,
};
const stream = endpointStream("t", "door");

/** Ten entries of two records in one partition, then so many in the other; the flow has read `read` of the first. */
async function hold(other: number, { read, keepFromMs = 0 }: { readonly read: number; readonly keepFromMs?: number }) {
	const log = createMemoryLog();
	const ids: string[] = [];
	const append = async (partition: number, atMs: number) => {
		const record = (bytes: number) => encodeRecord({ key: "pump-1", topic: "", payload: Buffer.alloc(bytes, "7") });
		const two = [record(300), record(0)];
		const rest = ENTRY_BYTES - encodeRawFrame(atMs, two).byteLength;
		return log.append(stream, partition, encodeRawFrame(atMs, [record(300), record(rest)]), 2, { id: "p", seq: atMs });
	};
	for (let atMs = 1; atMs <= 10; atMs++) ids.push(await append(0, atMs));
	for (let atMs = 1; atMs <= other; atMs++) await append(1, atMs);
	const told: CappedRecords[] = [];
	await capStreams(
		{ log, keepFromMs: () => keepFromMs, tell: async (_stream, gone) => void told.push(gone) },
		[capped],
		[{ stream, partition: 0, least: ids[read - 1] ?? "", isUncertain: false }],
	);
	const left = await Promise.all([0, 1].map(async (partition) => (await log.tail(stream, partition, 99)).length));
	return { told, left };
}

it("takes nothing from a stream that has room", async () => {
	expect(await hold(0, { read: 0 })).toEqual({ told: [], left: [10, 0] });
});

it("takes the oldest entries of every partition alike, and counts what no version had read", async () => {
	expect(await hold(10, { read: 5, keepFromMs: 99 })).toEqual({ told: [{ early: 0, unread: 10 }], left: [5, 5] });
});

it("says how many went before their time, also where all were read", async () => {
	expect(await hold(2, { read: 10, keepFromMs: 1 })).toEqual({ told: [{ early: 2, unread: 0 }], left: [9, 2] });
});

it("takes without a word what was read and is old enough", async () => {
	expect(await hold(2, { read: 10, keepFromMs: 99 })).toEqual({ told: [], left: [9, 2] });
});

it("tells of a stream that stays full at once, and then all that went in ten minutes", () => {
	const teller = new CapTeller();
	expect(teller.add("door", { early: 5, unread: 1 }, 0)).toEqual({ early: 5, unread: 1 });
	expect(teller.add("door", { early: 2, unread: 0 }, 5_000)).toBeUndefined();
	expect(teller.add("gate", { early: 1, unread: 0 }, 5_000)).toEqual({ early: 1, unread: 0 });
	expect(teller.add("door", { early: 3, unread: 4 }, 600_000)).toEqual({ early: 5, unread: 4 });
});

it("names the stream, the cap and what is lost", () => {
	expect(cappedText({ node: "pumps", maxBytes: 1_000_000_000 }, { early: 1_200, unread: 1 }, 86_400_000)).toBe(
		"The stream of source pumps holds more than the 1 GB that it may: 1,200 records went before they were 1 d old, and 1 record went that no running version had read. Give the stream more room, keep records for less time, or let the flow catch up.",
	);
});
