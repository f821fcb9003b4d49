import type { CreateOperator } from "@weir/node-kit";
import { calendarShape, createAlignedWindows, fixedShape, tellingOf } from "@weir/node-kit/windows/engine";
import type { TumblingWindowConfig } from "./definition.ts";

export const createOperator: CreateOperator<TumblingWindowConfig> = (config, context) => {
	const { unit, sizeMs, timeZone } = config;
	const shape = unit === "duration" ? fixedShape(sizeMs, sizeMs) : calendarShape(unit, timeZone, 1, 1);
	return createAlignedWindows(config, shape, tellingOf(config), context);
};
