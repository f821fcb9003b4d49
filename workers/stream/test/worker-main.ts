import { createLogger } from "@weir/telemetry";
import { readEnv } from "../src/env.ts";
import { startStreamWorker } from "../src/stream-worker.ts";

/*
 * The stream worker as tests start it: with a queue of its own, and with places where it dies.
 * WEIR_FAILPOINT is `<name>@<n>`: at the n-th time it comes to the place, the process kills itself without warning.
 */

const [name = "", times = "1"] = (process.env.WEIR_FAILPOINT ?? "").split("@");
let left = Number(times);

const worker = await startStreamWorker(readEnv(process.env), createLogger({ name: "stream", level: "warn" }), {
	...(process.env.QUEUE_PREFIX === undefined ? {} : { queuePrefix: process.env.QUEUE_PREFIX }),
	limits: JSON.parse(process.env.WORKER_LIMITS ?? "{}"),
	sliceMs: Number(process.env.WORKER_SLICE_MS ?? 2_000),
	failpoint: async (place) => {
		if (place !== name) return;
		left -= 1;
		if (left <= 0) process.kill(process.pid, "SIGKILL");
	},
});
process.send?.({ owner: worker.owner });
process.on("SIGTERM", () => void worker.close().then(() => process.exit(0)));
