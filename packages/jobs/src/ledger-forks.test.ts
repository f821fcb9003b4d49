import { describe, expect, it } from "vitest";
import { counterOf, edgeCounter, portCounter } from "./counters.ts";
import { exchangeCarriedCounter, exchangeReadCounter, gathersCounter, type LedgerPlan, ledgerOf } from "./ledger.ts";

const plan: LedgerPlan = {
	stages: [
		{
			id: "once",
			inputs: [{ type: "source", node: "src" }],
			nodes: [{ id: "src" }, { id: "once" }, { id: "spare" }],
			edges: [
				{ id: "e1", from: { node: "src", port: "out" } },
				{ id: "e4", from: { node: "once", port: "duplicate" } },
			],
			writes: [{ from: { node: "once", port: "out" }, edges: ["e2"] }],
		},
		{
			id: "win",
			inputs: [{ type: "exchange", exchange: "x", edge: "e2", to: { node: "win" } }],
			nodes: [{ id: "win" }, { id: "sink" }],
			edges: [{ id: "e3", from: { node: "win", port: "out" } }],
			writes: [],
		},
	],
};

const first = {
	stage: "once",
	lagRecords: 7,
	counters: {
		[counterOf("src", "in")]: 100,
		[counterOf("src", "dead")]: 2,
		[portCounter("src", "out")]: 98,
		[edgeCounter("e1")]: 98,
		[counterOf("once", "in")]: 98,
		[counterOf("once", "duplicate")]: 8,
		[portCounter("once", "duplicate")]: 8,
		[edgeCounter("e4")]: 8,
		[counterOf("spare", "in")]: 8,
		[counterOf("spare", "delivered")]: 8,
		[portCounter("once", "out")]: 90,
		[edgeCounter("e2")]: 90,
	},
};

const second = {
	stage: "win",
	lagRecords: 3,
	counters: {
		[exchangeReadCounter("e2")]: 85,
		[counterOf("win", "in")]: 85,
		[counterOf("win", "aggregated")]: 80,
		[counterOf("win", "late")]: 5,
		[portCounter("win", "late")]: 5,
		[portCounter("win", "out")]: 4,
		[edgeCounter("e3")]: 4,
		[counterOf("sink", "in")]: 4,
		[counterOf("sink", "delivered")]: 4,
	},
};

describe("the ledger of a job with forks and side ports", () => {
	it("says where every record went, over side ports, windows and exchanges", () => {
		expect(ledgerOf([first, second], plan)).toEqual({
			in: 100,
			carried: 0,
			retried: 0,
			made: 4,
			copied: 0,
			delivered: 12,
			aggregated: 80,
			filtered: 0,
			duplicate: 0,
			late: 5,
			deadLetter: 2,
			unconnected: 0,
			inFlight: 5,
			waiting: 7,
			difference: 0,
		});
	});

	it("shows a record that vanished", () => {
		const counters = { ...second.counters, [counterOf("win", "aggregated")]: 79 };
		expect(ledgerOf([first, { ...second, counters }], plan).difference).toBe(1);
	});

	it("balances where a job goes on with rows on their way and a window that is open", () => {
		const counters = {
			[exchangeCarriedCounter("e2")]: 5,
			[exchangeReadCounter("e2")]: 3,
			[counterOf("win", "in")]: 3,
			[counterOf("win", "late")]: 3,
			[gathersCounter("win")]: 1,
			[portCounter("win", "out")]: 4,
			[edgeCounter("e3")]: 4,
			[counterOf("sink", "in")]: 4,
			[counterOf("sink", "delivered")]: 4,
		};
		expect(ledgerOf([{ stage: "win", lagRecords: 0, counters }], plan)).toMatchObject({
			in: 0,
			carried: 5,
			made: 4,
			delivered: 4,
			late: 3,
			inFlight: 2,
			difference: 0,
		});
	});

	it("counts the copies that a fork makes", () => {
		const fork: LedgerPlan = {
			stages: [
				{
					id: "a",
					inputs: [{ type: "source", node: "src" }],
					nodes: [{ id: "src" }, { id: "a" }, { id: "b" }],
					edges: [
						{ id: "e1", from: { node: "src", port: "out" } },
						{ id: "e2", from: { node: "src", port: "out" } },
					],
					writes: [],
				},
			],
		};
		const counters = { "node/src/in": 3, "node/src/out/out": 3, "node/a/delivered": 3, "node/b/delivered": 3 };
		expect(ledgerOf([{ stage: "a", lagRecords: 0, counters }], fork)).toMatchObject({ in: 3, copied: 3, delivered: 6, difference: 0 });
	});
});
