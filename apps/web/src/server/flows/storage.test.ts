import type { StoredEndpoint } from "@weir/db";
import type { Durability, LogPromise } from "@weir/jobs";
import { beforeEach, expect, test } from "vitest";
import { changeStorage } from "./storage.ts";

/* Seen to fail when a class that promises less holds at once, and when one that promises more holds only after the doors say so. */

const kafka: LogPromise = { log: "kafka", usual: "fsync", refused: { replicated: "There is one broker." } };
let steps: string[];
let chosen: Durability | undefined;
let waiting: (() => Promise<unknown>)[];

beforeEach(() => {
	steps = [];
	chosen = undefined;
	waiting = [];
});

function change(durability: Durability | null): Promise<unknown> {
	const endpoint = () => ({ id: "door", partitions: 16, generations: [16], storage: { durability: chosen } }) as unknown as StoredEndpoint;
	return changeStorage(
		{
			tenant: "acme",
			flow: "flow",
			id: "door",
			log: { promise: async () => kafka, setDurability: async (_stream, one) => void steps.push(`log: ${one}`) },
			endpoints: {
				async setStorage(_flow, _id, wanted, before) {
					await before?.(endpoint());
					if (wanted.durability !== undefined) {
						chosen = wanted.durability ?? undefined;
						steps.push(`doors: ${chosen ?? "usual"}`);
					}
					return endpoint();
				},
			},
			later: (_afterMs, act) => waiting.push(act),
		},
		{ durability },
	);
}

test("a class that promises less holds in the log when every door has stopped saying more", async () => {
	await change("memory");
	expect(steps).toEqual(["doors: memory"]);
	for (const act of waiting) await act();
	expect(steps).toEqual(["doors: memory", "log: memory"]);
});

test("a class that promises more holds in the log before a door says so", async () => {
	chosen = "memory";
	await change(null);
	expect(steps).toEqual(["log: fsync", "doors: usual"]);
});

test("a change of mind in between leaves the log as the last one wants it", async () => {
	await change("memory");
	await change("fsync");
	for (const act of waiting) await act();
	expect(steps.at(-1)).toBe("log: fsync");
	expect(steps).not.toContain("log: memory");
});
