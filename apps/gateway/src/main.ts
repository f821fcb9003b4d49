import { runProcess } from "@weir/telemetry";
import { readEnv } from "./env.ts";
import { startGateway } from "./gateway.ts";

await runProcess({
	name: "gateway",
	readEnv,
	start: startGateway,
	started: (logger, { httpPort, mqttPort, healthPort }) =>
		logger.info("The doors are open.", { ports: [httpPort, mqttPort], port: healthPort }),
});
