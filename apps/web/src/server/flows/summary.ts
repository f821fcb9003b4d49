import type { StoredFlow } from "@weir/db";
import type { FlowSummary } from "../api/contract/index.ts";
import { statusOf } from "../live/measure.ts";
import type { Observed } from "../live/observer.ts";

interface Around {
	readonly observed: Observed;
	readonly records24h: readonly number[] | undefined;
	readonly deadLetters24h: number | undefined;
	/** Names of people by user id. */
	readonly names: ReadonlyMap<string, string>;
}

/** A flow as the list shows it. */
export function summaryOf(flow: StoredFlow, { observed, records24h, deadLetters24h, names }: Around): FlowSummary {
	return {
		id: flow.id,
		name: flow.name,
		template: flow.template,
		status: statusOf(observed.job),
		liveVersion: flow.liveVersion,
		hasUndeployedChanges: !flow.isDeployed,
		job: observed.job,
		recordsPerSecond: observed.job?.state === "running" ? observed.metrics.inPerSecond : undefined,
		records24h: [...(records24h ?? [])],
		deadLetters24h: deadLetters24h ?? 0,
		lagRecords: observed.metrics.lagRecords,
		nodeKinds: [...flow.nodeKinds],
		createdAt: flow.createdAtMs,
		updatedAt: flow.updatedAtMs,
		deployedAt: flow.deployedAtMs,
		deployedBy: flow.deployedBy === undefined ? undefined : names.get(flow.deployedBy),
	};
}
