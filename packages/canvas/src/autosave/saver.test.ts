import type { Flow } from "@weir/flow";
import { describe, expect, test } from "vitest";
import { moveNodes, setField } from "../document/commands.ts";
import type { SavedDraft, SaveOutcome, SaveRequest } from "../ports.ts";
import { conflictKey } from "./conflict.ts";
import type { KeptDraft } from "./device.ts";
import { createSaver } from "./saver.ts";

const BASE: Flow = {
	schemaVersion: 1,
	nodes: ["pump", "tank"].map((id) => ({ id, kind: "filter", version: 1, label: id, config: { litres: 0 }, position: { x: 0, y: 0 } })),
	edges: [],
};
const fill = (flow: Flow, id: string, litres: number) => setField(flow, id, "litres", litres);

/** A saver whose time and server are the test's. */
function aSaver(answer: (request: SaveRequest) => Promise<SaveOutcome>) {
	let now = 0;
	let timers: { readonly at: number; readonly run: () => void }[] = [];
	let flow = BASE;
	const requests: SaveRequest[] = [];
	const kept = new Map<string, KeptDraft>();
	const told = { merged: 0, conflicts: 0 };
	const draft: SavedDraft = { rev: 1, layoutRev: 1, flow: BASE };
	const saver = createSaver({
		flowId: "f",
		draft,
		port: {
			save(request) {
				requests.push(request);
				return answer(request);
			},
		},
		keeper: {
			read: async (id) => kept.get(id),
			write: async (id, work) => void kept.set(id, work),
			forget: async (id) => void kept.delete(id),
		},
		clock: {
			now: () => now,
			after(delay, run) {
				const timer = { at: now + delay, run };
				timers.push(timer);
				return () => {
					timers = timers.filter((other) => other !== timer);
				};
			},
		},
		current: () => flow,
		absorb: (merged) => {
			flow = merged;
		},
		onSaved: () => {},
		onMerged: () => told.merged++,
		onConflict: () => told.conflicts++,
	});
	const settle = async () => {
		for (let i = 0; i < 20; i++) await Promise.resolve();
	};
	return {
		saver,
		requests,
		kept,
		told,
		flow: () => flow,
		status: () => saver.state.getState().status.kind,
		edit(next: Flow) {
			flow = next;
			saver.changed();
		},
		async pass(ms: number) {
			await settle();
			const end = now + ms;
			for (let due = timers.filter((timer) => timer.at <= end); due.length > 0; due = timers.filter((timer) => timer.at <= end)) {
				const first = due.toSorted((a, b) => a.at - b.at)[0];
				if (first === undefined) break;
				timers = timers.filter((timer) => timer !== first);
				now = first.at;
				first.run();
				await settle();
			}
			now = end;
		},
	};
}

const accept = async (request: SaveRequest): Promise<SaveOutcome> => ({
	kind: "saved",
	rev: request.baseRev + 1,
	layoutRev: 1,
	savedAt: 0,
});

describe("the saver", () => {
	test("waits for 1.5 s without a change", async () => {
		const one = aSaver(accept);
		one.edit(fill(BASE, "pump", 1));
		await one.pass(1_000);
		one.edit(fill(BASE, "pump", 2));
		await one.pass(1_400);
		expect(one.requests).toHaveLength(0);
		await one.pass(100);
		expect(one.requests).toHaveLength(1);
		expect(one.status()).toBe("saved");
	});

	test("waits no longer than 5 s while somebody goes on typing, and saves no oftener", async () => {
		const one = aSaver(accept);
		for (let litres = 1; litres <= 200; litres++) {
			one.edit(fill(BASE, "pump", litres));
			await one.pass(100);
		}
		expect(one.requests).toHaveLength(4);
	});

	test("starts no two saves within 5 s", async () => {
		const one = aSaver(accept);
		one.edit(fill(BASE, "pump", 1));
		await one.pass(1_600);
		one.edit(fill(BASE, "pump", 2));
		await one.pass(1_600);
		expect(one.requests).toHaveLength(1);
		await one.pass(5_000);
		expect(one.requests).toHaveLength(2);
	});

	test("keeps what has not reached the server on the device, and forgets it once it has", async () => {
		const one = aSaver(accept);
		one.edit(fill(BASE, "pump", 1));
		expect(one.kept.get("f")?.baseRev).toBe(1);
		await one.pass(2_000);
		expect(one.kept.size).toBe(0);
	});

	test("is offline when the server cannot be reached, tries again, and comes back", async () => {
		let away = true;
		const one = aSaver((request) => (away ? Promise.reject(new Error("away")) : accept(request)));
		one.edit(fill(BASE, "pump", 1));
		await one.pass(2_000);
		expect(one.status()).toBe("offline");
		expect(one.kept.size).toBe(1);
		away = false;
		await one.pass(2_000);
		expect(one.status()).toBe("saved");
	});

	test("does not ask a server again that refuses", async () => {
		const one = aSaver(async () => ({ kind: "refused", message: "The flow is too large." }));
		one.edit(fill(BASE, "pump", 1));
		await one.pass(60_000);
		expect(one.requests).toHaveLength(1);
		expect(one.status()).toBe("refused");
	});

	test("puts changes of different nodes together and saves the union", async () => {
		const theirs = { rev: 2, layoutRev: 1, flow: fill(BASE, "tank", 7) };
		const one = aSaver(async (request) => (request.baseRev === 1 ? { kind: "conflict", theirs } : accept(request)));
		one.edit(fill(BASE, "pump", 1));
		await one.pass(10_000);
		expect(one.told).toEqual({ merged: 1, conflicts: 0 });
		expect(one.flow().nodes.map((node) => node.config.litres)).toEqual([1, 7]);
		expect(one.requests.at(-1)?.baseRev).toBe(2);
		expect(one.status()).toBe("saved");
	});

	test("asks once about the same field and stays silent until a person has chosen", async () => {
		const theirs = { rev: 2, layoutRev: 1, flow: fill(BASE, "pump", 9) };
		const one = aSaver(async (request) => (request.baseRev === 1 ? { kind: "conflict", theirs } : accept(request)));
		one.edit(fill(BASE, "pump", 1));
		await one.pass(3_000);
		one.edit(moveNodes(one.flow(), new Map([["tank", { x: 16, y: 0 }]])));
		await one.pass(60_000);
		await one.saver.flush();
		expect(one.requests).toHaveLength(1);
		expect(one.told.conflicts).toBe(1);
		const { status } = one.saver.state.getState();
		const [conflict] = status.kind === "conflict" ? status.conflicts : [];
		if (conflict === undefined) throw new Error("There is no conflict.");
		one.saver.settleConflict(new Map([[conflictKey(conflict), "mine"]]));
		await one.pass(10_000);
		expect(one.flow().nodes.map((node) => node.config.litres)).toEqual([1, 0]);
		expect(one.flow().nodes[1]?.position.x).toBe(16);
		expect(one.status()).toBe("saved");
	});

	test("has nothing to save after undo led back to what is saved", async () => {
		const one = aSaver(accept);
		one.edit(fill(BASE, "pump", 1));
		one.edit(BASE);
		await one.pass(60_000);
		expect(one.requests).toHaveLength(0);
		expect(one.status()).toBe("saved");
	});
});
