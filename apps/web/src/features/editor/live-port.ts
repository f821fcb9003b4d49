import type { LiveFrame, LivePort, TapPort } from "@weir/canvas";
import type { FlowMetrics } from "../../client/contract.ts";
import { listenLive } from "../../client/live.ts";

/** The numbers of a flow as the canvas takes them. Lag and delays belong to the whole flow; the API knows none per node. */
export function toFrame(metrics: FlowMetrics): LiveFrame {
	return {
		at: metrics.at,
		nodes: Object.fromEntries(
			metrics.nodes.map(({ nodeId, state, reason, inPerSecond, outPerSecond, totals, held }) => [
				nodeId,
				{
					state,
					reason,
					inPerSecond,
					outPerSecond,
					totals,
					...(held === undefined ? {} : { heldBytes: held.bytes, heldGrowth: held.growthPerSecond, heldFill: metrics.state?.fill }),
				},
			]),
		),
		edges: Object.fromEntries(metrics.edges.map(({ edgeId, perSecond, fill, total }) => [edgeId, { perSecond, fill, total }])),
	};
}

/** Live numbers over the tab's one event stream. */
export function livePort(tenant: string, flowId: string): LivePort {
	return {
		subscribe: (listener) =>
			listenLive(tenant, `flow:${flowId}`, (event) => {
				if (event.kind === "flow") listener(toFrame(event.data.metrics));
			}),
	};
}

/** Samples of records over the tab's one event stream. */
export function tapPort(tenant: string, flowId: string): TapPort {
	return {
		open: (target, listener) =>
			listenLive(tenant, `tap:${flowId}:${target.kind}:${target.id}`, (event) => {
				if (event.kind === "tap") listener({ rows: event.data.rows, seen: event.data.seen });
			}),
	};
}
