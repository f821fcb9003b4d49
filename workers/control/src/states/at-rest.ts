import type { StateHandler } from "./handler.ts";

/** Failed and finished jobs stay as they are until a person acts. */
export const atRest: StateHandler = async () => undefined;
