import type { StoredAncestor, StoredJob } from "@weir/db";
import { WeirError } from "@weir/errors";
import { type Log, type Position, positionOf, sourceRange } from "@weir/runtime";
import type { Cut } from "./version-cut.ts";

/** Where a replay begins and ends. */
export interface ReplayCut extends Cut {
	/** Undefined: it has no end, and is to take over from what runs. */
	readonly endPosition: Position | undefined;
}

/**
 * Finds the places of a replay's range in the log. MUST be asked while no trimming is under way that knows nothing of the replay: then what is
 * found here stays until it is read. Throws RANGE_FORGOTTEN.
 */
export async function replayStart(log: Log, { fromMs = 0, toMs, replay }: StoredJob, ancestor: StoredAncestor): Promise<ReplayCut> {
	const { places, heldFromMs } = await sourceRange(log, { ...ancestor, fromMs, toMs });
	if (heldFromMs !== undefined && heldFromMs > fromMs) {
		throw new WeirError(
			"RANGE_FORGOTTEN",
			`Replay ${replay} was to begin at ${new Date(fromMs).toISOString()}, and the log holds this flow's records from ${new Date(heldFromMs).toISOString()} on: what came before is forgotten. Begin there or later.`,
		);
	}
	return {
		startPosition: positionOf(places, "after"),
		endPosition: toMs === undefined ? undefined : positionOf(places, "upTo"),
		carried: { exchanges: {}, unreadable: [] },
	};
}
