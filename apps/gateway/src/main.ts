import { createLogger } from "@weir/telemetry";
import { readEnv } from "./env.ts";
import { startGateway } from "./gateway.ts";

const env = readOrExit();
const logger = createLogger({ name: "gateway", level: env.LOG_LEVEL });
const gateway = await startGateway(env, logger);
logger.info("The doors are open.", { ports: [gateway.httpPort, gateway.mqttPort], port: gateway.healthPort });

let isClosing = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
	process.on(signal, () => {
		if (isClosing) return;
		isClosing = true;
		logger.info("The doors are closing.", { signal });
		gateway.close().then(
			() => process.exit(0),
			(error: unknown) => {
				logger.error("The doors could not be closed in good order.", { failed: error });
				process.exit(1);
			},
		);
	});
}

function readOrExit(): ReturnType<typeof readEnv> {
	try {
		return readEnv();
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exit(1);
	}
}
