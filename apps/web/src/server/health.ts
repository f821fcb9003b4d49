import { createMetrics, type HealthServer, serveHealth } from "@weir/telemetry";

/** What of the server's side is asked. */
interface Asked {
	readonly services: { readonly db: { ping(): Promise<void> } };
}

/**
 * Health and metrics of the web server, on a port of their own. It can do its work when the control database answers: without the log or
 * control Redis the pages say which numbers are unknown.
 */
export function serveWebHealth(port: number, host: string, runtime: () => Promise<Asked>): Promise<HealthServer> {
	return serveHealth({
		port,
		host,
		metrics: createMetrics({ process: "web" }),
		async ready() {
			try {
				await (await runtime()).services.db.ping();
				return true;
			} catch {
				return "It waits for the control database.";
			}
		},
	});
}
