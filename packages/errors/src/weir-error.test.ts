import { inspect } from "node:util";
import { expect, test } from "vitest";
import { FAILURES } from "./codes.ts";
import { Secret } from "./secret.ts";
import { asWeirError, isWeirError, WeirError, withPlace } from "./weir-error.ts";

test("a failure carries the rule of its code", () => {
	const error = new WeirError("SINK_UNAVAILABLE", "The database does not answer.");
	expect(error.rule).toMatchObject({ blame: "external", retry: "backoff", scope: "task" });
});

test("what was thrown by others becomes a failure with its cause, ours stays as it is", () => {
	const ours = new WeirError("LEASE_LOST", "Another worker took over.");
	expect(asWeirError(ours)).toBe(ours);
	const cause = new TypeError("no such thing");
	expect(asWeirError(cause)).toMatchObject({ code: "INVARIANT_BROKEN", cause });
});

test("a failure of a second copy of this package is recognised", () => {
	const foreign = Object.defineProperty(new Error("elsewhere"), Symbol.for("weir.error"), { value: true });
	expect(isWeirError(foreign)).toBe(true);
	expect(isWeirError(new Error("plain"))).toBe(false);
});

test("a place is added once: what is there already stays", () => {
	const inner = withPlace(new WeirError("SINK_REJECTED", "The table refused the row."), { node: "inner" });
	expect(withPlace(inner, { node: "outer", stage: "s1" }).context).toEqual({ node: "inner", stage: "s1" });
});

test("a secret shows dots wherever it is printed", () => {
	const secret = new Secret("hunter2");
	const everywhere = [String(secret), JSON.stringify({ secret }), inspect({ secret }), `${secret}`].join(" ");
	expect(everywhere).not.toContain("hunter2");
	expect(secret.reveal()).toBe("hunter2");
});

test("a retry is promised only where somebody may succeed", () => {
	for (const [code, rule] of Object.entries(FAILURES)) {
		if (rule.scope === "record") expect(rule.retry, code).toBe("never");
		if (rule.retry === "backoff") expect(["external", "internal"], code).toContain(rule.blame);
	}
});
