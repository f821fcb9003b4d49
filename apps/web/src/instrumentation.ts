/** Next calls this once in each server process, before the first request: the `main.ts` of the web server. */
export async function register(): Promise<void> {
	// Word for word what the bundler looks for: the edge build must not follow the imports.
	if (process.env.NEXT_RUNTIME !== "nodejs") return;
	const [{ readHealthEnv, readTrustedProxies }, { prepareIncoming }] = await Promise.all([
		import("./server/env.ts"),
		import("./server/front/incoming.ts"),
	]);
	prepareIncoming(readTrustedProxies(process.env));
	const place = readHealthEnv(process.env);
	if (place === undefined) return;
	const [{ serveWebHealth }, { webRuntime }] = await Promise.all([import("./server/health.ts"), import("./server/runtime.ts")]);
	await serveWebHealth(place.port, place.host, webRuntime);
}
