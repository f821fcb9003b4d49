import { runProcess } from "@weir/telemetry";
import { startControlWorker } from "./control-worker.ts";
import { readEnv } from "./env.ts";

await runProcess({
	name: "control",
	readEnv: () => readEnv(process.env),
	start: startControlWorker,
	started: (logger, { healthPort }) => logger.info("The control worker keeps watch.", { port: healthPort }),
});
