import { createMemoryLog } from "@weir/backends";
import type { StoredJob } from "@weir/db";
import type { TaskReport } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import { expect, it } from "vitest";
import { heldLog } from "./holds.ts";

/* I11. Seen to fail when a replay that has not reported holds nothing, and when a task that is done holds on. */

const stream = { tenant: "t", stream: "e:door" };
const plan = { exchanges: [], stages: [{ id: "a", partitions: 1, inputs: [{ type: "source", node: "src", partitions: 1 }] }] };

/** Entries 1 to 10, one in each millisecond; answers the oldest that is kept when everything up to the eighth may go. */
async function oldestKept(job: Partial<StoredJob>, report?: Partial<TaskReport>): Promise<string | undefined> {
	let nowMs = 0;
	const log = createMemoryLog({ now: () => nowMs });
	for (nowMs = 1; nowMs <= 10; nowMs++) await log.append(stream, 0, Buffer.from("x"), 1, { id: "p", seq: nowMs });
	const held = await heldLog(
		{
			log,
			reports: { ofJob: async () => (report === undefined ? [] : [report as TaskReport]) },
			endpointsOf: async () => [{ id: "door", node: "src" }],
		},
		[{ job: { tenant: "t", id: "j", state: "created", ...job } as StoredJob, plan: plan as unknown as Plan }],
	);
	// A trimmer that asks where it may trim to is told the same as one that trims too far.
	const asked = await held.at(stream, 0, 9);
	await held.trim(stream, 0, "8");
	const { first } = await log.state(stream, 0);
	expect(Number(first)).toBe(Number(asked) + 1);
	return first;
}

it("keeps the range of a replay that has not begun", async () => {
	expect(await oldestKept({ replay: 1, fromMs: 4, toMs: 9 })).toBe("4");
});

it("keeps what a replay has not read yet, by what it reported last", async () => {
	expect(await oldestKept({ replay: 1, fromMs: 2, toMs: 9, state: "running" }, { position: { "e:door/0": "5" }, isDone: false })).toBe("6");
});

it("lets go what a replay has read to its end", async () => {
	expect(await oldestKept({ replay: 1, fromMs: 2, toMs: 5, state: "running" }, { position: { "e:door/0": "4" }, isDone: true })).toBe("9");
});

it("keeps what a flow that was rewound is about to read", async () => {
	expect(await oldestKept({ fromMs: 3, startsAnew: true })).toBe("3");
});

it("holds nothing back for a flow that reads on as ever", async () => {
	expect(await oldestKept({ state: "running" })).toBe("9");
});
