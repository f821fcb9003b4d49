import { afterEach, expect, test, vi } from "vitest";
import { draftPort } from "./draft-port.ts";

const flow = { schemaVersion: 1 as const, nodes: [], edges: [] };
const request = { baseRev: 3, baseLayoutRev: 1, flow, keepalive: false };
const port = draftPort(
	"acme",
	"f1",
	() => "Pumps (copy)",
	() => undefined,
);

function answer(status: number, body: unknown) {
	vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status }));
}

afterEach(() => vi.unstubAllGlobals());

test("hands back the counters of what was saved", async () => {
	answer(200, { rev: 4, layoutRev: 1, savedAt: 1000 });
	expect(await port.save(request)).toEqual({ kind: "saved", rev: 4, layoutRev: 1, savedAt: 1000 });
});

test("hands back the other side of a conflict, to be merged", async () => {
	answer(409, {
		rev: 5,
		layoutRev: 1,
		flow,
		savedAt: 2000,
		error: { code: "FLOW_VERSION_STALE", message: "Saved in between.", requestId: "r" },
	});
	expect(await port.save(request)).toEqual({ kind: "conflict", theirs: { rev: 5, layoutRev: 1, flow, savedAt: 2000 } });
});

test("says why a draft is not taken, when asking again is no use", async () => {
	answer(403, { error: { code: "ACCESS_FORBIDDEN", message: "Your role may not edit flows.", requestId: "r" } });
	expect(await port.save(request)).toEqual({ kind: "refused", message: "Your role may not edit flows." });
});

test.each([429, 500, 503])("throws on status %i, so that the work is kept and tried again", async (status) => {
	answer(status, {});
	await expect(port.save(request)).rejects.toThrow();
});

test("throws when the server cannot be reached", async () => {
	vi.stubGlobal("fetch", async () => {
		throw new TypeError("network");
	});
	await expect(port.save(request)).rejects.toThrow("cannot be reached");
});
