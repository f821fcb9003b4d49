import { createLogger } from "@weir/telemetry";
import { startControlWorker } from "./control-worker.ts";
import { readEnv } from "./env.ts";

const env = readOrExit();
const logger = createLogger({ name: "control", level: env.LOG_LEVEL });
const worker = await startControlWorker(env, logger);
logger.info("The control worker keeps watch.", { port: worker.healthPort });

let isClosing = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
	process.on(signal, () => {
		if (isClosing) return;
		isClosing = true;
		worker.close().then(
			() => process.exit(0),
			(error: unknown) => {
				logger.error("The control worker could not end in good order.", { failed: error });
				process.exit(1);
			},
		);
	});
}

function readOrExit(): ReturnType<typeof readEnv> {
	try {
		return readEnv(process.env);
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exit(1);
	}
}
