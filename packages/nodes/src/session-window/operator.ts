import type { CreateOperator } from "@weir/node-kit";
import { createOrderedWindows, SESSION_NUMBERS, Sessions } from "@weir/node-kit/windows/engine";
import type { SessionWindowConfig } from "./definition.ts";

export const createOperator: CreateOperator<SessionWindowConfig> = (config, context) => {
	const { gapMs, mostMs, allowedLatenessMs } = config;
	const most = mostMs === 0 ? Number.POSITIVE_INFINITY : mostMs;
	return createOrderedWindows(
		{
			gathered: config,
			graceMs: allowedLatenessMs,
			ownNumbers: SESSION_NUMBERS,
			text: `session ${gapMs} at most ${most}`,
			make: (parts) => new Sessions(parts, gapMs, most),
		},
		context,
	);
};
