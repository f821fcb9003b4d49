import { expect, it } from "vitest";
import { readHealthEnv } from "./env.ts";
import { serveWebHealth } from "./health.ts";

it("is ready while the control database answers, alive either way, and has numbers", async () => {
	let isAway = false;
	const db = {
		async ping() {
			if (isAway) throw new Error("away");
		},
	};
	const health = await serveWebHealth(0, "127.0.0.1", async () => ({ services: { db } }));
	const ask = (path: string) => fetch(`http://127.0.0.1:${health.port}${path}`);
	expect((await ask("/readyz")).status).toBe(200);
	expect(await (await ask("/metrics")).text()).toContain('process="web"');
	isAway = true;
	const away = await ask("/readyz");
	expect([away.status, await away.json()]).toEqual([503, { ready: false, waitsFor: ["It waits for the control database."] }]);
	expect((await ask("/healthz")).status).toBe(200);
	await health.close();
});

it("is served only where somebody asked for it", () => {
	expect(readHealthEnv({})).toBeUndefined();
	expect(readHealthEnv({ METRICS_PORT: "9464", METRICS_HOST: "0.0.0.0" })).toEqual({ port: 9464, host: "0.0.0.0" });
	expect(() => readHealthEnv({ METRICS_PORT: "web" })).toThrow('METRICS_PORT is "web"');
});
