import type { CreateOperator } from "@weir/node-kit";
import { COUNT_NUMBERS, Counts, createOrderedWindows } from "@weir/node-kit/windows/engine";
import type { CountWindowConfig } from "./definition.ts";

export const createOperator: CreateOperator<CountWindowConfig> = (config, context) => {
	const { size, forgetAfterMs, allowedLatenessMs } = config;
	const step = config.step === 0 ? size : config.step;
	return createOrderedWindows(
		{
			gathered: config,
			graceMs: allowedLatenessMs,
			ownNumbers: COUNT_NUMBERS,
			text: `count ${size} step ${step}`,
			make: (parts) => new Counts(parts, { size, step, forgetAfterMs }),
		},
		context,
	);
};
