import { Calendar, type CalendarUnit } from "../calendar.ts";
import { commonDivisor } from "../window.ts";

/** Event time cut into pieces that stand back to back, numbered in order. Each window is a run of whole pieces. */
export interface Spans {
	/** Number of the piece that a moment lies in. */
	indexOf(time: number): number;
	/** First moment of a piece. */
	startOf(index: number): number;
}

/** How windows lie over the pieces: window w, a multiple of `step`, is the pieces w … w + pieces − 1. */
export interface WindowShape {
	readonly spans: Spans;
	readonly pieces: number;
	readonly step: number;
	/** Equal for equal shapes. */
	readonly text: string;
}

/** The windows that a moment lies in, the one that begins first in front. */
export function windowsAt({ spans, pieces, step }: WindowShape, time: number): readonly number[] {
	const index = spans.indexOf(time);
	const windows: number[] = [];
	for (let at = Math.floor(index / step) * step; at > index - pieces; at -= step) windows.push(at);
	return windows.reverse();
}

/** Windows of a fixed length that begin at whole multiples of the step, in UTC. */
export function fixedShape(sizeMs: number, stepMs: number): WindowShape {
	const pieceMs = commonDivisor(sizeMs, stepMs);
	return {
		spans: { indexOf: (time) => Math.floor(time / pieceMs), startOf: (index) => index * pieceMs },
		pieces: sizeMs / pieceMs,
		step: stepMs / pieceMs,
		text: `${sizeMs} ms every ${stepMs} ms`,
	};
}

/** Windows of so many days, weeks or months of a time zone. */
export function calendarShape(unit: CalendarUnit, timeZone: string, units: number, step: number): WindowShape {
	return { spans: new Calendar(unit, timeZone), pieces: units, step, text: `${units} ${unit} every ${step} in ${timeZone}` };
}
