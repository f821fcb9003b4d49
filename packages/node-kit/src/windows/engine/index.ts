export { createAlignedWindows, tellingOf } from "./aligned.ts";
export { calendarShape, fixedShape, type WindowShape } from "./spans.ts";
