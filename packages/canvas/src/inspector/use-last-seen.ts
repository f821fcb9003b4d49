import { edgesTo, type Flow, type Resolution } from "@weir/flow";
import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { useAnalysis, useDocument, useSession } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import type { SeenValues } from "../tap/last-seen.ts";

const NOTHING: SeenValues = {};

/**
 * Nodes whose records come to `nodeId` with the same values, nearest first. The way goes on over a node only where the schema passes
 * through it unchanged; a node that computes fields makes a schema of its own.
 */
export function feedersOf(flow: Flow, resolution: Resolution, nodeId: string): readonly string[] {
	const found: string[] = [];
	const open = [nodeId];
	for (let id = open.shift(); id !== undefined; id = open.shift()) {
		for (const { from } of edgesTo(flow, id)) {
			if (found.includes(from.node)) continue;
			found.push(from.node);
			const input = resolution.inputs.get(from.node);
			if (input !== undefined && resolution.outputs.get(from.node)?.[from.port] === input) open.push(from.node);
		}
	}
	return found;
}

/** What was last seen in the fields that come into a node: by a tap, or in what a source before it received. */
export function useLastSeen(nodeId: string): SeenValues {
	const session = useSession();
	const { samples } = useHanded();
	const flow = useDocument((state) => state.flow);
	const resolution = useAnalysis((state) => state.resolution);
	const into = useStore(session.lastSeen, (state) => state.into);
	const outOf = useStore(session.lastSeen, (state) => state.outOf);
	const feeders = useMemo(() => feedersOf(flow, resolution, nodeId), [flow, resolution, nodeId]);
	const tapped =
		into.get(nodeId) ?? outOf.get(nodeId) ?? feeders.map((id) => outOf.get(id) ?? into.get(id)).find((values) => values !== undefined);
	const source = [nodeId, ...feeders].find((id) => {
		const kind = flow.nodes.find((node) => node.id === id)?.kind ?? "";
		return session.catalogue.get(kind)?.role === "source";
	});
	const [received, setReceived] = useState<SeenValues>(NOTHING);
	const isTapped = tapped !== undefined;
	useEffect(() => {
		setReceived(NOTHING);
		if (isTapped || source === undefined || samples?.lastSeen === undefined) return;
		let gone = false;
		samples.lastSeen(source).then(
			(values) => !gone && setReceived(values),
			// Not knowing is no fault of the form.
			() => undefined,
		);
		return () => {
			gone = true;
		};
	}, [isTapped, source, samples]);
	return tapped ?? received;
}
