import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts, runProduct } from "./run-product.ts";

/** The whole product, started as a person would, in a folder and on ports of its own. */
export interface Product {
	readonly folder: string;
	readonly web: string;
	readonly http: string;
	readonly mqtt: string;
	readonly demoPassword: string;
	/** Process ids by name: `web`, `gateway`, `control`, `stream-1`, `stream-2`, `postgres`, … */
	pids(): Readonly<Record<string, number>>;
	/** Address of the database that holds the tables of the built-in Postgres connections, as its administrator. */
	resultsUrl(): string;
	/** Ends everything and starts it again on the same data. */
	restart(): Promise<void>;
	/** Ends everything and forgets the data. */
	end(): Promise<void>;
}

/** Starts the product and waits until it says that it is ready. */
export async function launchProduct(): Promise<Product> {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-e2e-"));
	const ports = await freePorts();
	let running = await runProduct(folder, ports);
	const secrets = JSON.parse(await readFile(path.join(folder, "secrets.json"), "utf8")) as { postgresPassword: string };
	return {
		folder,
		web: running.url,
		http: `http://localhost:${ports.http}`,
		mqtt: `mqtt://localhost:${ports.mqtt}`,
		demoPassword: running.password,
		pids: () => running.pids(),
		resultsUrl() {
			const port = readFileSync(path.join(folder, "postgres/postmaster.pid"), "utf8").split("\n")[3];
			return `postgresql://weir:${encodeURIComponent(secrets.postgresPassword)}@127.0.0.1:${port}/weir_results`;
		},
		async restart() {
			await running.stop("SIGTERM");
			running = await runProduct(folder, ports);
		},
		async end() {
			await running.stop("SIGTERM");
			await rm(folder, { recursive: true, force: true });
		},
	};
}
