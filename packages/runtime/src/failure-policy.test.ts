import { WeirError } from "@weir/errors";
import { expect, it } from "vitest";
import { reactionTo } from "./failure-policy.ts";

const failure = (code: ConstructorParameters<typeof WeirError>[0]) => new WeirError(code, "The pump burst.");

it("sets a record aside, pauses a task, fails a job: as the table of failures says", () => {
	expect(reactionTo(failure("SINK_REJECTED"), 1)).toEqual({ do: "set-aside" });
	expect(reactionTo(failure("CONNECTION_LOST"), 1)).toEqual({ do: "pause", delayMs: 200 });
	expect(reactionTo(failure("CONNECTION_DENIED"), 1)).toEqual({ do: "fail-job" });
	expect(reactionTo(failure("LEASE_LOST"), 1)).toEqual({ do: "yield" });
});

it("waits longer with every failure in a row, and never longer than 5 s", () => {
	const delays = [1, 2, 3, 4, 5, 6, 50].map((attempt) => reactionTo(failure("DATABASE_UNAVAILABLE"), attempt));
	expect(delays.map((reaction) => (reaction.do === "pause" ? reaction.delayMs : 0))).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

it("waits as long as the failure asks, within the same bound", () => {
	const full = new WeirError("LOG_FULL", "The log is full.", { retryAfterMs: 60_000 });
	expect(reactionTo(full, 1)).toEqual({ do: "pause", delayMs: 5_000 });
});
