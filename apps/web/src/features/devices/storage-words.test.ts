import { expect, test } from "vitest";
import type { Storage } from "../../client/contract.ts";
import { capCost, changeOf, formOf, keepCost, losses, partitionChoices } from "./storage-words.ts";

const DAY_MS = 86_400_000;
const NOW_MS = 100 * DAY_MS;

const storage: Storage = {
	log: "kafka",
	partitions: 16,
	durability: {
		inForce: "fsync",
		usual: "fsync",
		classes: [{ name: "memory" }, { name: "fsync" }, { name: "replicated", refused: "There is one broker." }],
	},
	usualKeepMs: DAY_MS,
	held: { bytes: 3_000_000_000, oldestAt: NOW_MS - 2 * DAY_MS, bytesPerDay: 1_500_000_000 },
};

test("says what keeping records for longer takes, at the rate of late", () => {
	expect(keepCost(7 * DAY_MS, storage.held)).toBe("At 1.5 GB a day, as lately, 7 d take about 10.5 GB.");
	expect(keepCost(7 * DAY_MS, { bytes: 0 })).toBe("Too little has come yet to say what this takes.");
	expect(keepCost(7 * DAY_MS, undefined)).toContain("does not answer");
});

test("says when a cap is reached and what goes then", () => {
	expect(capCost(3_000_000_000, storage.held)).toMatch(
		/^At 1\.5 GB a day, as lately, it is full after about 2 d\. Then the oldest records go/,
	);
	expect(capCost(3_000_000_000, { bytes: 0 })).toMatch(/^Then the oldest records go/);
});

test("asks for what was changed alone, and gives a choice back to the installation when its field is emptied", () => {
	const chosen = { ...storage, keepMs: 7 * DAY_MS, maxBytes: 10_000_000_000 };
	expect(formOf(chosen)).toEqual({ durability: "", keep: "7 d", max: "10 GB", partitions: 16 });
	expect(changeOf(formOf(chosen), chosen).change).toEqual({});
	expect(changeOf({ durability: "memory", keep: " ", max: "5 GB", partitions: 32 }, chosen).change).toEqual({
		durability: "memory",
		keepMs: null,
		maxBytes: 5_000_000_000,
		partitions: 32,
	});
});

test("says at the field what cannot be read, and asks for nothing there", () => {
	const { change, faults } = changeOf({ durability: "", keep: "a week", max: "10", partitions: 16 }, storage);
	expect(change).toEqual({});
	expect(Object.keys(faults)).toEqual(["keepMs", "maxBytes"]);
});

test("names all that a change takes away, and nothing where it only gives", () => {
	expect(losses({ keepMs: 3 * DAY_MS, maxBytes: 4_000_000_000 }, storage, NOW_MS)).toEqual([]);
	expect(losses({ maxBytes: null, durability: "fsync" }, storage, NOW_MS)).toEqual([]);
	const lost = losses({ keepMs: DAY_MS, maxBytes: 1_000_000_000, durability: "memory" }, storage, NOW_MS);
	expect(lost).toHaveLength(3);
	expect(lost[1]).toBe("The stream holds 3 GB: the oldest 2 GB are forgotten within seconds, read or not.");
	expect(losses({ partitions: 32 }, storage, NOW_MS)[0]).toContain("cannot get fewer again");
	expect(partitionChoices(64)).toEqual([64, 128, 256]);
	expect(losses({ keepMs: null }, { ...storage, keepMs: 5 * DAY_MS }, NOW_MS)).toHaveLength(1);
});
