import type { CreateOperator } from "@weir/node-kit";
import { createOrderedWindows, SLIDING_NUMBERS, Sliding } from "@weir/node-kit/windows/engine";
import type { SlidingWindowConfig } from "./definition.ts";

export const createOperator: CreateOperator<SlidingWindowConfig> = (config, context) => {
	const { sizeMs, delayMs, when, allowedLatenessMs } = config;
	return createOrderedWindows(
		{
			gathered: config,
			graceMs: allowedLatenessMs,
			condition: when,
			ownNumbers: SLIDING_NUMBERS,
			text: `sliding ${sizeMs} ahead ${delayMs}${when.trim() === "" ? "" : " when"}`,
			make: (parts) => new Sliding(parts, { sizeMs, delayMs }),
		},
		context,
	);
};
