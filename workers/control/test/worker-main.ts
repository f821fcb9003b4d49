import { createLogger } from "@weir/telemetry";
import { startControlWorker } from "../src/control-worker.ts";
import { readEnv } from "../src/env.ts";

/* The control worker as tests start it: with a queue of its own. */

const worker = await startControlWorker(
	readEnv(process.env),
	createLogger({ name: "control", level: (process.env.TEST_LOG_LEVEL as "warn" | undefined) ?? "error" }),
	{
		...(process.env.QUEUE_PREFIX === undefined ? {} : { queuePrefix: process.env.QUEUE_PREFIX }),
		roundMs: 200,
	},
);
process.send?.({ port: worker.healthPort });
process.on("SIGTERM", () => void worker.close().then(() => process.exit(0)));
