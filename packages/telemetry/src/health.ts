import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "./metrics.ts";

/** `true` when the process can do its work; else sentences that say what it waits for. */
export type Readiness = boolean | string | readonly string[];

export interface HealthOptions {
	/** 0 takes any free port. */
	readonly port: number;
	/** The default is loopback; containers say `0.0.0.0`. */
	readonly host?: string;
	/** MUST tell the truth: ask the services this process needs, with a time limit of its own. */
	ready(): Readiness | Promise<Readiness>;
	readonly metrics?: Metrics;
}

export interface HealthServer {
	readonly port: number;
	close(): Promise<void>;
}

const READY_LIMIT_MS = 2_000;

/** Serves `/healthz` (the process turns), `/readyz` (it can do its work) and `/metrics` (Prometheus text). */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
	const server = createServer((request, response) => {
		const path = (request.url ?? "").split("?")[0];
		if (path === "/healthz") return answer(response, 200, { alive: true });
		if (path === "/readyz")
			return void readiness(options).then((waitsFor) =>
				answer(response, waitsFor.length === 0 ? 200 : 503, { ready: waitsFor.length === 0, waitsFor }),
			);
		if (path === "/metrics" && options.metrics) return void sendMetrics(response, options.metrics);
		answer(response, 404, { message: "This port serves /healthz, /readyz and /metrics." });
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(options.port, options.host ?? "127.0.0.1", resolve);
	});
	server.unref();
	return {
		port: (server.address() as AddressInfo).port,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

async function readiness(options: HealthOptions): Promise<readonly string[]> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<Readiness>((resolve) => {
		timer = setTimeout(() => resolve("The check of what this process needs did not answer in time."), READY_LIMIT_MS);
	});
	try {
		const found = await Promise.race([options.ready(), late]);
		if (typeof found === "boolean") return found ? [] : ["This process is not ready yet."];
		return typeof found === "string" ? [found] : found;
	} catch (error) {
		return [error instanceof Error ? error.message : "The check of what this process needs failed."];
	} finally {
		clearTimeout(timer);
	}
}

async function sendMetrics(response: ServerResponse, metrics: Metrics): Promise<void> {
	const text = await metrics.text();
	response.writeHead(200, { "content-type": metrics.contentType }).end(text);
}

function answer(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(`${JSON.stringify(body)}\n`);
}
