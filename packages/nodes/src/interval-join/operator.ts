import type { CreateOperator } from "@weir/node-kit";
import { createPairing } from "@weir/node-kit/joins/engine";
import { type IntervalJoinConfig, longestWaitMs } from "./definition.ts";

/** A record is held at its own time. */
export const createOperator: CreateOperator<IntervalJoinConfig> = (config, context) => {
	const { beforeMs, afterMs } = config;
	const lastPartner = (isLeft: boolean, timeMs: number) => timeMs + (isLeft ? afterMs : beforeMs);
	return createPairing(config, context, {
		placesOf: (timeMs) => [timeMs],
		firstPartner: (isLeft, timeMs) => timeMs - (isLeft ? beforeMs : afterMs),
		lastPartner,
		isLate: (timeMs, watermark) => timeMs < watermark,
		leavesMs: lastPartner,
		resultMs: (timeMs) => timeMs,
		waitMs: longestWaitMs(config),
	});
};
