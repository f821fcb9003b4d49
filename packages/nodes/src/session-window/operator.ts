import type { CreateOperator } from "@weir/node-kit";
import {
	CORRECTED_SESSION_NUMBERS,
	CorrectedSessions,
	createOrderedWindows,
	SESSION_NUMBERS,
	Sessions,
} from "@weir/node-kit/windows/engine";
import type { SessionWindowConfig } from "./definition.ts";

export const createOperator: CreateOperator<SessionWindowConfig> = (config, context) => {
	const { gapMs, mostMs, allowedLatenessMs, late } = config;
	const corrects = late === "correct";
	const most = mostMs === 0 ? Number.POSITIVE_INFINITY : mostMs;
	return createOrderedWindows(
		{
			gathered: config,
			graceMs: allowedLatenessMs,
			corrects,
			ownNumbers: corrects ? CORRECTED_SESSION_NUMBERS : SESSION_NUMBERS,
			text: `session ${gapMs} at most ${most} ${late}`,
			make: (parts) => (corrects ? new CorrectedSessions(parts, gapMs, most) : new Sessions(parts, gapMs, most)),
		},
		context,
	);
};
