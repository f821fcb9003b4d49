import { DATABASE_FAULTS } from "./databases.ts";
import { DOOR_FAULTS } from "./doors.ts";
import type { Fault } from "./fault.ts";
import { LOG_FAULTS } from "./logs.ts";
import { RECORD_FAULTS } from "./records.ts";
import { VERSION_FAULTS } from "./versions.ts";
import { WORKER_FAULTS } from "./workers.ts";

export type { Fault, Scene } from "./fault.ts";

/** All of them, by their numbers. */
export const FAULTS: readonly Fault[] = [
	...WORKER_FAULTS,
	...LOG_FAULTS,
	...DATABASE_FAULTS,
	...DOOR_FAULTS,
	...RECORD_FAULTS,
	...VERSION_FAULTS,
].sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
