import { expect, test } from "vitest";
import { canMove, move, moveStored } from "./move.ts";
import { type JobEvent, type JobState, MOVES } from "./states.ts";

const EVENTS: readonly JobEvent[] = ["schedule", "start", "finish", "lose", "rescale", "fail", "stop"];
const STATES = Object.keys(MOVES) as JobState[];

test("follows a job from its making to its end", () => {
	expect(move("created", "schedule")).toBe("scheduling");
	expect(move("scheduling", "start")).toBe("running");
	expect(move("running", "finish")).toBe("finished");
});

test("comes back from a lost worker by way of scheduling", () => {
	expect(moveStored(moveStored("running", "lose"), "schedule")).toBe("scheduling");
});

test("refuses a pair that the table does not have, by name", () => {
	expect(() => moveStored("finished", "start")).toThrow("A job that is finished cannot start.");
});

test("says beforehand what it will refuse", () => {
	for (const state of STATES) {
		for (const event of EVENTS) {
			if (canMove(state, event)) expect(STATES).toContain(moveStored(state, event));
			else expect(() => moveStored(state, event)).toThrow(/cannot/);
		}
	}
});

test("lets a person stop a job in every state but those that have ended", () => {
	expect(STATES.filter((state) => !canMove(state, "stop"))).toEqual(["stopped", "finished"]);
});
