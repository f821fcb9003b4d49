import { randomUUID } from "node:crypto";
import type { StoredReplay } from "@weir/db";
import { type Flow, flowAside, resolve } from "@weir/flow";
import { catalogue } from "@weir/nodes/definitions";
import { plan } from "@weir/planner";
import { expect, vi } from "vitest";
import { type Deployed, PARTITIONS, type World } from "./world.ts";

const BY = { by: randomUUID(), byName: "Ada" };

/** A range of time of receipt, and the flow that reads it: the one that is deployed, or another as the draft. */
export interface ReplayOf {
	readonly fromMs: number;
	/** Undefined: it takes over from what runs once it has caught up, and writes where the flow says. */
	readonly toMs?: number;
	readonly flow: Flow;
	/** By source: partitions of each generation of its stream, where it has got more. */
	readonly streams?: Readonly<Record<string, readonly number[]>>;
}

/** Starts a replay as the API does. */
export async function replay(world: World, deployed: Deployed, { fromMs, toMs, flow, streams = {} }: ReplayOf): Promise<StoredReplay> {
	const number = await world.tenant.replays.nextNumber();
	const runs = toMs === undefined ? flow : flowAside(flow, catalogue, number).flow;
	const { resolved } = resolve(runs, catalogue);
	if (resolved === undefined) throw new Error("The flow cannot run.");
	const newest = await world.tenant.jobs.newest(deployed.flow);
	const { rev } = (await world.tenant.flows.get(deployed.flow)).draft;
	return world.tenant.replays.start(deployed.flow, {
		number,
		fromMs,
		toMs,
		runs: toMs === undefined ? { rev, draft: flow } : { version: newest?.version ?? 1 },
		plan: plan(resolved, { sourcePartitions: PARTITIONS, exchangePartitions: 2, streams }),
		about: { of: "live", outputs: [], records: 0, isCounted: true },
		...BY,
	});
}

/** Has the flow read again from a time on; answers the new job. */
export async function rewind(world: World, deployed: Deployed, fromMs: number): Promise<Deployed> {
	const { id } = await world.tenant.replays.rewind(deployed.flow, { fromMs, ...BY });
	return { ...deployed, job: id };
}

export async function replayOf(world: World, deployed: Deployed, number: number): Promise<StoredReplay | undefined> {
	return (await world.tenant.replays.ofFlow(deployed.flow)).find((one) => one.number === number);
}

/** Waits until a replay is in a state. */
export async function untilReplay(world: World, deployed: Deployed, number: number, state: string, timeout = 60_000): Promise<void> {
	await vi.waitFor(async () => expect((await replayOf(world, deployed, number))?.job).toMatchObject({ state }), { timeout, interval: 50 });
}
