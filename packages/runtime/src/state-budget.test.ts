import { expect, it } from "vitest";
import { StateBudget } from "./state-budget.ts";

it("stops a job whose tasks together hold too much, and names the node that holds most", () => {
	const budget = new StateBudget(10_000_000);
	budget.note("job-1", "job-1/a/0", new Map([["dedup", 4_000_000]]));
	budget.note("job-2", "job-2/a/0", new Map([["dedup", 9_000_000]]));
	budget.note("job-1", "job-1/a/1", new Map([["window", 5_000_000]]));
	expect(() => budget.note("job-1", "job-1/a/2", new Map([["dedup", 2_500_000]]))).toThrow(
		expect.objectContaining({
			code: "STATE_TOO_LARGE",
			context: { nodeId: "dedup" },
			message: expect.stringContaining("holds 6.5 MB of it"),
		}),
	);
	budget.forget("job-1", "job-1/a/2");
	budget.note("job-1", "job-1/a/1", new Map([["window", 6_000_000]]));
});
