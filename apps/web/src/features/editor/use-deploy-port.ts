"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { DeployPort, SavedDraft } from "@weir/canvas";
import { useMemo, useRef, useState } from "react";
import type { FlowDetail } from "../../client/contract.ts";
import { flowApi } from "../../client/flows.ts";
import { KEYS } from "../../client/keys.ts";
import { statusTone, statusWord } from "../flows/status.tsx";
import { deployAndWatch, toPreview } from "./deploy-port.ts";
import { useUndeployedChanges } from "./use-undeployed.ts";

const TONES = {
	ok: "ok",
	warn: "warn",
	error: "error",
	busy: "accent",
	accent: "accent",
	paused: "idle",
	draft: "idle",
	plain: "idle",
} as const;

/** Previews and deploys over the API; the chip says what the flow does now. */
export function useDeployPort(tenant: string, flow: FlowDetail, saved: SavedDraft): DeployPort {
	const cache = useQueryClient();
	const undeployedChanges = useUndeployedChanges(tenant, flow, saved);
	// What is deployed is what was previewed, even if somebody saves in between: the server then refuses.
	const previewedRev = useRef<number>(undefined);
	const savedRev = useRef(saved.rev);
	savedRev.current = saved.rev;
	const { id, status, liveVersion } = flow;
	const [replaced, setReplaced] = useState<number>();

	return useMemo(
		() => ({
			chip: { text: statusWord(status, liveVersion), tone: TONES[statusTone(status)] },
			undeployedChanges,
			versionBefore:
				replaced === undefined ? undefined : { version: replaced, read: async () => (await flowApi.version(tenant, id, replaced)).flow },
			async preview(partitions) {
				const answer = await flowApi.previewDeploy(tenant, id, partitions);
				previewedRev.current = answer.rev;
				return toPreview(answer);
			},
			async deploy(note, onStep, fresh, partitions) {
				try {
					await deployAndWatch(tenant, id, previewedRev.current ?? savedRev.current, note, onStep, fresh, partitions);
					setReplaced(liveVersion);
				} finally {
					await Promise.all([
						cache.invalidateQueries({ queryKey: KEYS.flow(tenant, id) }),
						cache.invalidateQueries({ queryKey: KEYS.flows(tenant) }),
					]);
				}
			},
		}),
		[tenant, id, status, liveVersion, undeployedChanges, replaced, cache],
	);
}
