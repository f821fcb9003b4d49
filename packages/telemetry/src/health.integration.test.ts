import { afterEach, expect, test } from "vitest";
import { type HealthServer, type Readiness, serveHealth } from "./health.ts";
import { createMetrics } from "./metrics.ts";

let server: HealthServer | undefined;

afterEach(() => server?.close());

async function get(path: string, ready: () => Readiness | Promise<Readiness>): Promise<{ status: number; body: string }> {
	const metrics = createMetrics({ process: "pump", withRuntime: false });
	metrics.counter({ name: "litres_total", help: "Litres.", labels: ["pump"] }).add(5, { pump: "p1" });
	server = await serveHealth({ port: 0, ready, metrics });
	const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
	return { status: response.status, body: await response.text() };
}

test("is alive while it is not ready", async () => {
	expect((await get("/healthz", () => false)).status).toBe(200);
});

test("says what it waits for while it is not ready", async () => {
	const { status, body } = await get("/readyz", () => ["The log does not answer."]);
	expect(status).toBe(503);
	expect(JSON.parse(body)).toEqual({ ready: false, waitsFor: ["The log does not answer."] });
});

test("is not ready when the check itself fails", async () => {
	expect((await get("/readyz", () => Promise.reject(new Error("Postgres is away.")))).body).toContain("Postgres is away.");
});

test("is ready when the check finds nothing missing", async () => {
	expect((await get("/readyz", () => true)).status).toBe(200);
});

test("serves its numbers in Prometheus text", async () => {
	expect((await get("/metrics", () => true)).body).toContain('weir_litres_total{pump="p1",process="pump"} 5');
});
