import type { CreateOperator } from "@weir/node-kit";
import { createPairing } from "@weir/node-kit/joins/engine";
import { calendarShape, fixedShape, windowsAt } from "@weir/node-kit/windows/engine";
import { stepMs, type WindowJoinConfig } from "./definition.ts";

/** Just before the end of a window: doubles of today's times have steps of a quarter of it. */
const MOMENT_MS = 2 ** -10;

/** A record is held once in each of its windows; places are the numbers of windows. */
export const createOperator: CreateOperator<WindowJoinConfig> = (config, context) => {
	const { unit, sizeMs, timeZone, allowedLatenessMs } = config;
	const shape = unit === "duration" ? fixedShape(sizeMs, stepMs(config)) : calendarShape(unit, timeZone, 1, 1);
	const startOf = (window: number) => shape.spans.startOf(window);
	const endOf = (window: number) => shape.spans.startOf(window + shape.pieces);
	const samePlace = (_isLeft: boolean, window: number) => window;
	return createPairing(config, context, {
		placesOf: (timeMs) => windowsAt(shape, timeMs),
		firstPartner: samePlace,
		lastPartner: samePlace,
		isLate: (window, watermark) => watermark >= endOf(window) + allowedLatenessMs,
		leavesMs: (_isLeft, window) => endOf(window) + allowedLatenessMs - MOMENT_MS,
		// As of a window's result: it falls into the same window of a node behind.
		resultMs: (_timeMs, window) => endOf(window) - 1,
		waitMs: allowedLatenessMs,
		leading: (windows) => [
			{ type: "timestamp", values: windows.map(startOf) },
			{ type: "timestamp", values: windows.map(endOf) },
		],
	});
};
