import { runProcess } from "@weir/telemetry";
import { readEnv } from "./env.ts";
import { startStreamWorker } from "./stream-worker.ts";

await runProcess({
	name: "stream",
	readEnv: () => readEnv(process.env),
	start: startStreamWorker,
	started: (logger, { healthPort, owner }) => logger.info("The stream worker takes slices.", { port: healthPort, owner }),
});
