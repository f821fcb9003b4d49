import type { StoredJob, StoredTask, WorkerStore } from "@weir/db";
import type { Plan } from "@weir/planner";
import { silentLogger } from "@weir/telemetry";
import { describe, expect, it } from "vitest";
import { Reconciler, type ReconcilerParts } from "./reconciler.ts";

const NOW = 1_000_000;
const plan = { planVersion: 1, stages: [{ id: "a", partitions: 2, authority: { type: "log" } }], exchanges: [] } as unknown as Plan;
const job = { tenant: "t", id: "j", flow: "f", plan: "p", wanted: "stopped", state: "stopping", generation: 4 } as StoredJob;

/** A job that stops, with a worker that has been silent for long on one of its two tasks. */
function asleep(plant: ReconcilerParts["plant"]) {
	const told: string[] = [];
	const task = { tenant: "t", job: "j", stage: "a", generation: 1, attempts: 0 };
	const tasks = [
		{ ...task, partition: 0, state: "waiting" },
		{ ...task, partition: 1, state: "running", owner: "w", heartbeatAtMs: NOW - 60_000 },
	] as StoredTask[];
	const store: Partial<WorkerStore> = {
		unsettledJobs: async () => [job],
		plan: async () => plan,
		tasksOf: async () => tasks,
		lease: async ({ partition }) => (partition === 1 ? 7 : undefined),
		release: async ({ partition }, generation) => void told.push(`released ${partition} at ${generation}`),
		moveJob: async (_job, to) => {
			told.push(`moved to ${to}`);
			return true;
		},
		addEvent: async () => undefined,
	};
	const reconciler = new Reconciler({
		store: store as WorkerStore,
		queue: { offer: async () => undefined } as unknown as ReconcilerParts["queue"],
		logger: silentLogger,
		now: () => NOW,
		cut: async () => undefined,
		handOver: async () => {},
		onEnded: async () => undefined,
		plant: async (where, stage, generation) => {
			told.push(`planted ${generation} at ${where.job}/${stage.id}/${where.partition}`);
			await plant(where, stage, generation);
		},
	});
	return { reconciler, told };
}

describe("a flow that is stopped while a worker sleeps", () => {
	it("is stopped once a new generation stands where the sleeper would commit", async () => {
		const { reconciler, told } = asleep(async () => undefined);
		await reconciler.round();
		expect(told).toEqual(["planted 7 at j/a/1", "released 1 at 7", "moved to stopped"]);
	});

	it("is stopped all the same where that place cannot be reached", async () => {
		const { reconciler, told } = asleep(async () => Promise.reject(new Error("away")));
		await reconciler.round();
		expect(told.slice(1)).toEqual(["released 1 at 7", "moved to stopped"]);
	});
});
