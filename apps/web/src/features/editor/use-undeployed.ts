"use client";

import type { SavedDraft } from "@weir/canvas";
import { countChanges, diffFlows } from "@weir/flow";
import { useMemo } from "react";
import type { FlowDetail } from "../../client/contract.ts";
import { useVersion } from "../../client/flows.ts";

/** How many things of the saved draft differ from what runs; undefined while unknown or never deployed. */
export function useUndeployedChanges(tenant: string, flow: FlowDetail, saved: SavedDraft): number | undefined {
	const live = useVersion(tenant, flow.id, flow.liveVersion).data?.flow;
	return useMemo(() => (live ? countChanges(diffFlows(live, saved.flow)) : undefined), [live, saved]);
}
