import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");
const START_LIMIT_MS = 240_000;

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
	const [web = 0, http = 0, mqtt = 0] = await Promise.all([freePort(), freePort(), freePort()]);
	const env = { ...process.env, WEIR_FOLDER: folder, WEB_PORT: `${web}`, GATEWAY_HTTP_PORT: `${http}`, GATEWAY_MQTT_PORT: `${mqtt}` };
	let child = await start(env);
	const secrets = JSON.parse(await readFile(path.join(folder, "secrets.json"), "utf8")) as {
		demoPassword: string;
		postgresPassword: string;
	};
	return {
		folder,
		web: `http://localhost:${web}`,
		http: `http://localhost:${http}`,
		mqtt: `mqtt://localhost:${mqtt}`,
		demoPassword: secrets.demoPassword,
		pids: () => (JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8")) as { pids: Record<string, number> }).pids,
		resultsUrl() {
			const port = readFileSync(path.join(folder, "postgres/postmaster.pid"), "utf8").split("\n")[3];
			return `postgresql://weir:${encodeURIComponent(secrets.postgresPassword)}@127.0.0.1:${port}/weir_results`;
		},
		async restart() {
			await stop(child);
			child = await start(env);
		},
		async end() {
			await stop(child);
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function start(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
	const child = spawn("node", ["scripts/start.mjs"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
	let said = "";
	await new Promise<void>((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`The product was not ready in time:\n${said}`)), START_LIMIT_MS);
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (text: string) => {
				said += text;
				if (!said.includes("Weir is ready")) return;
				clearTimeout(timer);
				resolve();
			});
		}
		child.once("exit", (code) => reject(new Error(`The product ended (${code}) before it was ready:\n${said}`)));
	});
	return child;
}

async function stop(child: ChildProcess): Promise<void> {
	const ended = new Promise((resolve) => child.once("exit", resolve));
	child.kill("SIGTERM");
	await ended;
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = net.createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("The system gave no port."))));
		});
	});
}
