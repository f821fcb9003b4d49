import { expect, test } from "vitest";
import { type Counters, counterOf, edgeCounter, portCounter } from "./counters.ts";
import { exchangeReadCounter, type LedgerPlan, ledgerOf } from "./ledger.ts";

/** source → filter → window ⇒ (exchange) ⇒ sink; the filter's `rejected` port leads nowhere. */
const PLAN: LedgerPlan = {
	stages: [
		{
			id: "s1",
			inputs: [{ type: "source", node: "source" }],
			nodes: [{ id: "filter" }, { id: "window" }],
			edges: [
				{ id: "e1", from: { node: "source", port: "out" } },
				{ id: "e2", from: { node: "filter", port: "out" } },
			],
			writes: [{ from: { node: "window", port: "out" }, edges: ["e3"] }],
		},
		{
			id: "s2",
			inputs: [{ type: "exchange", exchange: "x1", edge: "e3", to: { node: "sink" } }],
			nodes: [{ id: "sink" }],
			edges: [],
			writes: [],
		},
	],
};

const FIRST: Counters = {
	[counterOf("source", "in")]: 100,
	[counterOf("source", "dead")]: 2,
	[portCounter("source", "out")]: 98,
	[edgeCounter("e1")]: 98,
	[counterOf("filter", "in")]: 98,
	[counterOf("filter", "filtered")]: 18,
	[portCounter("filter", "out")]: 80,
	[portCounter("filter", "rejected")]: 18,
	[counterOf("window", "in")]: 80,
	[counterOf("window", "late")]: 5,
	[counterOf("window", "aggregated")]: 75,
	[portCounter("window", "out")]: 6,
	[edgeCounter("e3")]: 6,
};

const SECOND: Counters = { [exchangeReadCounter("e3")]: 4, [counterOf("sink", "in")]: 4, [counterOf("sink", "delivered")]: 4 };

function ledger(first: Counters = FIRST, second: Counters = SECOND) {
	return ledgerOf(
		[
			{ stage: "s1", counters: first, lagRecords: 7 },
			{ stage: "s2", counters: second, lagRecords: 1 },
		],
		PLAN,
	);
}

test("balances to the record while rows are between two stages", () => {
	expect(ledger()).toMatchObject({
		in: 100,
		made: 6,
		filtered: 18,
		late: 5,
		aggregated: 75,
		deadLetter: 2,
		delivered: 4,
		inFlight: 2,
		difference: 0,
	});
});

test("counts what waits before the sources only", () => {
	expect(ledger().waiting).toBe(7);
});

test("shows a record that went missing as a difference", () => {
	expect(ledger({ ...FIRST, [counterOf("filter", "filtered")]: 17 }).difference).toBe(1);
});

test("adds up the tasks of a stage", () => {
	const half = Object.fromEntries(Object.entries(FIRST).map(([name, value]) => [name, value / 2]));
	const reports = [0, 1].map(() => ({ stage: "s1", counters: half, lagRecords: 0 }));
	expect(ledgerOf([...reports, { stage: "s2", counters: SECOND, lagRecords: 0 }], PLAN)).toMatchObject({ in: 100, difference: 0 });
});
