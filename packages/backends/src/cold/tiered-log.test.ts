import { describeTiers } from "../../test/tiers.ts";
import { createMemoryLog } from "../log-memory.ts";

/* Seen to fail when readers never look for files again, when the log is trimmed before the file is there, and when a gap is not seen. */
describeTiers("memory", () => createMemoryLog());
