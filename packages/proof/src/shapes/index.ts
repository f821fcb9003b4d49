import { JOIN } from "./join.ts";
import type { Shape } from "./shape.ts";
import { WINDOWS } from "./windows.ts";

export * from "./shape.ts";

/** The flows that can be proven. */
export const SHAPES: readonly Shape[] = [WINDOWS, JOIN];
