import { createLogger } from "@weir/telemetry";
import { readEnv } from "./env.ts";
import { startStreamWorker } from "./stream-worker.ts";

const env = readOrExit();
const logger = createLogger({ name: "stream", level: env.LOG_LEVEL });
const worker = await startStreamWorker(env, logger);
logger.info("The stream worker takes slices.", { port: worker.healthPort, owner: worker.owner });

let isClosing = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
	process.on(signal, () => {
		if (isClosing) return;
		isClosing = true;
		worker.close().then(
			() => process.exit(0),
			(error: unknown) => {
				logger.error("The stream worker could not hand over in good order.", { failed: error });
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
