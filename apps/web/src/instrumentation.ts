/** Next calls this once in each server process, before the first request. */
export async function register(): Promise<void> {
	// The edge runtime has no ports of its own; a build and a test have nobody who asks.
	if (process.env.NEXT_RUNTIME !== "nodejs" || !process.env.METRICS_PORT) return;
	const [{ serveWebHealth }, { webRuntime }] = await Promise.all([import("./server/health.ts"), import("./server/runtime.ts")]);
	await serveWebHealth(Number(process.env.METRICS_PORT), process.env.METRICS_HOST ?? "127.0.0.1", webRuntime);
}
