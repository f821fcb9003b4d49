import { expect, it } from "vitest";
import { EMPTY_STATE, packState, type TaskState, unpackState } from "./task-state.ts";

const state: TaskState = {
	parts: [3, 17, 2 ** 40],
	inputs: new Map([
		["e:1/0", { records: 5, greatest: 99.5, isIdle: true, isEnded: false, drainTo: "7-0", producers: new Map() }],
		[
			"x:j:a/1",
			{
				records: 0,
				greatest: Number.NEGATIVE_INFINITY,
				isIdle: false,
				isEnded: true,
				drainTo: undefined,
				producers: new Map([["j/a/0", { watermark: Number.POSITIVE_INFINITY, isIdle: false }]]),
			},
		],
	]),
	told: new Map([["a.out.key", 42]]),
	retried: 7,
	isDone: true,
};

it("comes back from its bytes", () => {
	expect(unpackState(packState(state))).toEqual(state);
	expect(unpackState(new Uint8Array(0))).toBe(EMPTY_STATE);
});

it("refuses bytes that it cannot read", () => {
	expect(() => unpackState(packState(state).slice(0, 20))).toThrow(expect.objectContaining({ code: "STATE_CORRUPT" }));
	expect(() => unpackState(Uint8Array.of(9, 0, 0))).toThrow("version 9");
	const flipped = packState(state);
	flipped[40] = (flipped[40] ?? 0) ^ 1;
	expect(() => unpackState(flipped)).toThrow("checksum");
});
