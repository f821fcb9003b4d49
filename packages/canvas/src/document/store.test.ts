import type { Flow } from "@weir/flow";
import { describe, expect, test } from "vitest";
import { moveNodes, setField } from "./commands.ts";
import { createDocumentStore } from "./store.ts";

const START: Flow = {
	schemaVersion: 1,
	nodes: [{ id: "pump", kind: "filter", version: 1, label: "Pump", config: { note: "" }, position: { x: 0, y: 0 } }],
	edges: [],
};
const to = (x: number) => (flow: Flow) => moveNodes(flow, new Map([["pump", { x, y: 0 }]]));
const write = (text: string) => (flow: Flow) => setField(flow, "pump", "note", text);
const xOf = (flow: Flow) => flow.nodes[0]?.position.x;
const noteOf = (flow: Flow) => flow.nodes[0]?.config.note;

function aStore() {
	let now = 0;
	const store = createDocumentStore(START, () => now);
	return { state: () => store.getState(), wait: (ms: number) => (now += ms) };
}

describe("the history of a drawing", () => {
	test("takes a whole drag back to where it began", () => {
		const { state } = aStore();
		state().beginGesture();
		for (let x = 16; x <= 640; x += 16) state().gesture(to(x));
		state().endGesture("move Pump");
		expect(xOf(state().flow)).toBe(640);
		expect(state().undo()).toBe("move Pump");
		expect(xOf(state().flow)).toBe(0);
		expect(state().redo()).toBe("move Pump");
		expect(xOf(state().flow)).toBe(640);
	});

	test("makes one step of what is typed into a field without a pause", () => {
		const { state, wait } = aStore();
		for (const text of ["l", "li", "lit"]) {
			state().change(write(text), { label: "change note", key: "pump note" });
			wait(200);
		}
		state().undo();
		expect(noteOf(state().flow)).toBe("");
	});

	test("begins a new step after a pause, and after the field was left", () => {
		const { state, wait } = aStore();
		state().change(write("a"), { label: "change note", key: "pump note" });
		wait(900);
		state().change(write("ab"), { label: "change note", key: "pump note" });
		state().sealField();
		state().change(write("abc"), { label: "change note", key: "pump note" });
		state().undo();
		expect(noteOf(state().flow)).toBe("ab");
		state().undo();
		expect(noteOf(state().flow)).toBe("a");
	});

	test("forgets what was undone when something new is done", () => {
		const { state } = aStore();
		state().change(to(16), { label: "move" });
		state().undo();
		state().change(to(32), { label: "move" });
		expect(state().redo()).toBeUndefined();
	});

	test("keeps two hundred steps", () => {
		const { state } = aStore();
		for (let x = 1; x <= 250; x++) state().change(to(x), { label: "move" });
		let steps = 0;
		while (state().undo() !== undefined) steps++;
		expect(steps).toBe(200);
		expect(xOf(state().flow)).toBe(50);
	});

	test("has no step for a change that changes nothing", () => {
		const { state } = aStore();
		state().change((flow) => flow, { label: "nothing" });
		expect(state().history.past).toEqual([]);
	});

	test("does not undo in the middle of a drag", () => {
		const { state } = aStore();
		state().change(to(16), { label: "move" });
		state().beginGesture();
		state().gesture(to(99));
		expect(state().undo()).toBeUndefined();
		expect(xOf(state().flow)).toBe(99);
	});

	test("goes on after somebody else's work was taken in, and does not take that back", () => {
		const { state } = aStore();
		state().change(to(16), { label: "move" });
		state().absorb(setField(state().flow, "pump", "theirs", true));
		state().undo();
		expect(xOf(state().flow)).toBe(0);
		expect(state().flow.nodes[0]?.config.theirs).toBe(true);
	});

	test("ends when another version is loaded", () => {
		const { state } = aStore();
		state().change(to(16), { label: "move" });
		state().replace(START);
		expect(state().undo()).toBeUndefined();
	});
});
