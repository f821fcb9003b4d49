import { createLogger } from "@weir/telemetry";
import { startControlWorker } from "../src/control-worker.ts";
import { readEnv } from "../src/env.ts";

/*
 * The control worker as tests start it: with a queue of its own, and with a place where it dies while it erases something (WEIR_FAILPOINT).
 * Nobody waits for doors that tests do not open, nor for the lease of a leader that a test has killed.
 */

const worker = await startControlWorker(
	readEnv(process.env),
	createLogger({ name: "control", level: (process.env.TEST_LOG_LEVEL as "warn" | undefined) ?? "error" }),
	{
		...(process.env.QUEUE_PREFIX === undefined ? {} : { queuePrefix: process.env.QUEUE_PREFIX }),
		roundMs: 200,
		leaseMs: 500,
		erasing: {
			doorsMs: 500,
			async failpoint(place) {
				if (place === process.env.WEIR_FAILPOINT) process.kill(process.pid, "SIGKILL");
			},
		},
	},
);
process.send?.({ port: worker.healthPort });
process.on("SIGTERM", () => void worker.close().then(() => process.exit(0)));
