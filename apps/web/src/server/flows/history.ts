import type { StoredRollup } from "@weir/db";
import type { History } from "../api/contract/index.ts";

const MINUTE_MS = 60_000;
const POINTS_AT_MOST = 360;

/** Roll-ups as points of equal width, so that a long range stays small. */
export function historyOf(rollups: readonly StoredRollup[], fromMs: number, toMs: number, deploys: History["deploys"]): History {
	const stepMs = Math.max(1, Math.ceil((toMs - fromMs) / MINUTE_MS / POINTS_AT_MOST)) * MINUTE_MS;
	const groups = new Map<number, StoredRollup[]>();
	for (const rollup of rollups) {
		const at = Math.floor(rollup.minuteMs / stepMs) * stepMs;
		groups.set(at, [...(groups.get(at) ?? []), rollup]);
	}
	const points = [...groups].sort(([a], [b]) => a - b).map(([at, group]) => pointOf(at, group, stepMs / 1_000));
	return { stepMs, points, deploys };
}

function pointOf(at: number, group: readonly StoredRollup[], seconds: number): History["points"][number] {
	const perSecond = (count: string) => sumOf(group, (name) => name.startsWith("node/") && name.endsWith(`/${count}`)) / seconds;
	const worst = (reading: string) => {
		const values = group.flatMap(({ readings }) => readings[reading] ?? []);
		return values.length === 0 ? undefined : Math.max(...values);
	};
	return {
		at,
		inPerSecond: sumOf(group, (name) => name === "records") / seconds,
		outPerSecond: perSecond("delivered"),
		deadPerSecond: perSecond("dead"),
		latePerSecond: perSecond("late"),
		lagRecords: worst("lagRecords"),
		watermarkDelayMs: worst("watermarkDelayMs"),
		p50Ms: worst("p50Ms"),
		p95Ms: worst("p95Ms"),
		p99Ms: worst("p99Ms"),
	};
}

function sumOf(group: readonly StoredRollup[], takes: (name: string) => boolean): number {
	let sum = 0;
	for (const { counters } of group) for (const [name, value] of Object.entries(counters)) if (takes(name)) sum += value;
	return sum;
}
