export { createAlignedWindows, tellingOf } from "./aligned.ts";
export { CORRECTED_SESSION_NUMBERS, CorrectedSessions } from "./corrected-sessions.ts";
export { COUNT_NUMBERS, Counts } from "./counts.ts";
export { createOrderedWindows } from "./ordered.ts";
export { SESSION_NUMBERS, Sessions } from "./sessions.ts";
export { SLIDING_NUMBERS, Sliding } from "./sliding.ts";
export { calendarShape, fixedShape, windowsAt } from "./spans.ts";
