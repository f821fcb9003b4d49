import type { CreateOperator } from "@weir/node-kit";
import { calendarShape, createAlignedWindows, fixedShape, tellingOf } from "@weir/node-kit/windows/engine";
import type { HoppingWindowConfig } from "./definition.ts";

export const createOperator: CreateOperator<HoppingWindowConfig> = (config, context) => {
	const { unit, sizeMs, everyMs, timeZone, units, everyUnits } = config;
	const shape = unit === "duration" ? fixedShape(sizeMs, everyMs) : calendarShape(unit, timeZone, units, everyUnits);
	return createAlignedWindows(config, shape, tellingOf(config), context);
};
