import { expect, test } from "vitest";
import { toFrame } from "./live-port.ts";

const totals = { in: 5, out: 4, filtered: 1, duplicate: 0, late: 0, aggregated: 0, expired: 0, dead: 0, delivered: 0 };

test("hands the canvas every node and edge by its id, and leaves unknown rates unknown", () => {
	const frame = toFrame({
		at: 1000,
		deadLetters: 0,
		nodes: [{ nodeId: "n1", state: "failing", reason: "The database refuses connections.", outPerSecond: 3, totals }],
		edges: [{ edgeId: "e1", total: 4, perSecond: 3, fill: 0.7 }],
	});
	expect(frame.nodes.n1).toMatchObject({ state: "failing", reason: "The database refuses connections.", outPerSecond: 3 });
	expect(frame.nodes.n1?.inPerSecond).toBeUndefined();
	expect(frame.edges.e1).toEqual({ perSecond: 3, fill: 0.7, total: 4 });
	expect(frame.nodes.n2).toBeUndefined();
});
