import { Secret, WeirError } from "@weir/errors";
import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";

function linesOf(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
	const lines: Record<string, unknown>[] = [];
	write(createLogger({ name: "pump", level: "debug", write: (line) => lines.push(JSON.parse(line)) }));
	return lines;
}

test("writes the sentence with the fields that are allowed", () => {
	const [line] = linesOf((log) => log.info("The task has started.", { jobId: "j1", partition: 3 }));
	expect(line).toMatchObject({ level: "info", name: "pump", msg: "The task has started.", jobId: "j1", partition: 3 });
});

test("hides a field whose name is not on the list, at any depth", () => {
	const text = JSON.stringify(linesOf((log) => log.info("Seen.", { payload: "canary-1", record: { payload: "canary-2", key: "pump-1" } })));
	expect(text).not.toContain("canary");
	expect(text).toContain("pump-1");
});

test("hides secrets even under an allowed name", () => {
	const text = JSON.stringify(linesOf((log) => log.info("Seen.", { reason: new Secret("canary-3"), state: { token: "canary-4" } })));
	expect(text).not.toContain("canary");
});

test("describes a failure by its code, its allowed context and its cause", () => {
	const failure = new WeirError("SINK_UNAVAILABLE", "Postgres does not answer.", {
		context: { nodeId: "n1", password: "canary-5" },
		cause: new Error("ECONNREFUSED"),
	});
	const [line] = linesOf((log) => log.warn("The task waits.", { error: failure }));
	expect(line?.error).toMatchObject({ code: "SINK_UNAVAILABLE", context: { nodeId: "n1" }, cause: { message: "ECONNREFUSED" } });
	expect(JSON.stringify(line)).not.toContain("canary");
});

test("keeps the fields of a child on each of its lines", () => {
	const [line] = linesOf((log) => log.child({ tenantId: "t1" }).info("Seen."));
	expect(line).toMatchObject({ tenantId: "t1" });
});

test("keeps one call on one line whatever the text holds", () => {
	const raw: string[] = [];
	createLogger({ name: "pump", write: (line) => raw.push(line) }).info("A\nB", { reason: "x\u001b[31m\ny" });
	expect(raw[0]?.trimEnd().split("\n")).toHaveLength(1);
	expect(raw[0]).not.toContain("\u001b");
});
