import { growthText, roundSize } from "@weir/records";
import type { NodeLive } from "../ports.ts";

/** From these fills on a state is coloured: as with queues, but sooner, for a full one stops the flow. */
const WARN = 0.6;
const FULL = 0.8;

export function fillWord(fill: number | undefined): "warn" | "full" | undefined {
	if (fill === undefined || fill < WARN) return undefined;
	return fill < FULL ? "warn" : "full";
}

/** "holds 12.3 MB, 240 kB more a minute"; undefined for a node that holds nothing. */
export function heldText({ heldBytes, heldGrowth, heldFill }: NodeLive): string | undefined {
	if (heldBytes === undefined) return undefined;
	const growth = heldGrowth === undefined ? "" : `, ${growthText(heldGrowth)}`;
	const fill = heldFill === undefined ? "" : `; all states fill ${Math.round(heldFill * 100)} % of what the flow may hold in a worker`;
	return `holds ${roundSize(heldBytes)}${growth}${fill}`;
}
