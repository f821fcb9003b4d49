import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const root = path.resolve(import.meta.dirname, "../../..");
const START_LIMIT_MS = 240_000;

export interface Ports {
	readonly web: number;
	readonly http: number;
	readonly mqtt: number;
}

/** The product, started as a person would start it. */
export interface Product {
	readonly folder: string;
	readonly ports: Ports;
	readonly url: string;
	readonly email: string;
	readonly password: string;
	readonly startedInMs: number;
	/** Everything it has printed. */
	said(): string;
	/** Ids of all processes that run now, by name. */
	pids(): Record<string, number>;
	/** Ctrl-C (`SIGINT`) reaches the whole group as in a terminal, any other signal npm alone; answers how long the end took. */
	stop(signal: NodeJS.Signals): Promise<number>;
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

export async function freePorts(): Promise<Ports> {
	const [web, http, mqtt] = await Promise.all([freePort(), freePort(), freePort()]);
	return { web, http, mqtt };
}

/** Runs `npm start` on a folder and on ports, and waits until it says that it is ready; rejects with what it said when it ends before. */
export async function runProduct(folder: string, ports: Ports): Promise<Product> {
	const begun = performance.now();
	const env = {
		...process.env,
		WEIR_FOLDER: folder,
		WEB_PORT: `${ports.web}`,
		GATEWAY_HTTP_PORT: `${ports.http}`,
		GATEWAY_MQTT_PORT: `${ports.mqtt}`,
	};
	// A process group of its own, as a shell would give it; the kernel ends npm when the test runner dies.
	const child = spawn("setpriv", ["--pdeathsig", "TERM", "npm", "start"], {
		cwd: root,
		env,
		stdio: ["ignore", "pipe", "pipe"],
		detached: true,
	});
	let said = "";
	await new Promise<void>((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`The product was not ready in time:\n${said}`)), START_LIMIT_MS);
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (text: string) => {
				said += text;
				if (!said.includes("Ctrl-C stops everything")) return;
				clearTimeout(timer);
				resolve();
			});
		}
		child.once("close", (code) => {
			clearTimeout(timer);
			reject(new Error(`The product ended (${code}) before it was ready:\n${said}`));
		});
	});
	const secrets = JSON.parse(await readFile(path.join(folder, "secrets.json"), "utf8")) as { demoPassword: string };
	return {
		folder,
		ports,
		url: `http://localhost:${ports.web}`,
		email: /Sign in\s+(\S+)/.exec(said)?.[1] ?? "",
		password: secrets.demoPassword,
		startedInMs: performance.now() - begun,
		said: () => said,
		pids: () => (JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8")) as { pids: Record<string, number> }).pids,
		async stop(signal) {
			const start = performance.now();
			if (child.exitCode !== null || child.signalCode !== null) return 0;
			const ended = once(child, "exit");
			if (signal === "SIGINT" && child.pid !== undefined) process.kill(-child.pid, signal);
			else child.kill(signal);
			await ended;
			// npm does not wait for what it started; the lock of the folder goes last.
			while (signal !== "SIGKILL" && existsSync(path.join(folder, "run.pid")) && performance.now() - start < 15_000) await pause(20);
			return performance.now() - start;
		},
	};
}

/** Those of the processes that are still there. */
export function alive(pids: Readonly<Record<string, number>>): string[] {
	return Object.entries(pids)
		.filter(([, pid]) => existsSync(`/proc/${pid}`))
		.map(([name]) => name);
}
