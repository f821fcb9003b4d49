import { createMemoryLog } from "@weir/backends";
import type { StoredAncestor, StoredJob } from "@weir/db";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import type { Standing } from "@weir/runtime";
import { expect, it } from "vitest";
import { trimResting } from "./trim-resting.ts";

/* I11. Seen to fail when what was never read is not counted, and when what is young goes too. */

const stream = { tenant: "t", stream: "e:door" };

/** An entry of two records in each millisecond, from 1 to 10; the flow has read up to the fourth. */
async function rest(keepFromMs: number) {
	let nowMs = 0;
	const log = createMemoryLog({ now: () => nowMs });
	const ids: string[] = [];
	const record = encodeRecord({ key: "pump-1", topic: "", payload: Buffer.from("{}") });
	for (nowMs = 1; nowMs <= 10; nowMs++)
		ids.push(await log.append(stream, 0, encodeRawFrame(nowMs, [record, record]), 2, { id: "p", seq: nowMs }));
	const stage = { id: "a", inputs: [{ type: "source", node: "src", partitions: 1 }] };
	const told: number[] = [];
	await trimResting(
		{
			log,
			keepFromMs: () => keepFromMs,
			lineage: { standing: async () => ({ position: { "e:door/0": ids[3] } }) as unknown as Standing },
			ancestor: async () => ({ tenant: "t", plan: { stages: [stage] }, endpoints: { src: "door" } }) as unknown as StoredAncestor,
			tell: async (_job, records) => void told.push(records),
		},
		[{ tenant: "t", id: "j" } as StoredJob],
	);
	return { told, left: (await log.tail(stream, 0, 20)).map((entry) => ids.indexOf(entry.id) + 1).reverse() };
}

it("forgets what a resting flow has read without a word", async () => {
	expect(await rest(3)).toEqual({ told: [], left: [3, 4, 5, 6, 7, 8, 9, 10] });
});

it("says how many records it will never read when they are older than the log promises", async () => {
	expect(await rest(7)).toEqual({ told: [4], left: [7, 8, 9, 10] });
});

it("keeps what is young", async () => {
	expect(await rest(0)).toEqual({ told: [], left: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
});
