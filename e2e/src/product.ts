import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const START_LIMIT_MS = 240_000;

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

/**
 * Starts the whole product as a person would, by the start script, in a folder and on ports of its own, and tells the specs by
 * WEIR_E2E_URL, WEIR_E2E_HTTP, WEIR_E2E_MQTT, WEIR_E2E_PASSWORD and WEIR_E2E_FOLDER. A product that runs already is used when WEIR_E2E_URL is set.
 */
export default async function startProduct(): Promise<(() => Promise<void>) | undefined> {
	if (process.env.WEIR_E2E_URL) return undefined;
	const folder = await mkdtemp(path.join(tmpdir(), "weir-e2e-"));
	const [web = 0, http = 0, mqtt = 0] = await Promise.all([freePort(), freePort(), freePort()]);
	const env = { ...process.env, WEIR_FOLDER: folder, WEB_PORT: `${web}`, GATEWAY_HTTP_PORT: `${http}`, GATEWAY_MQTT_PORT: `${mqtt}` };
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
	const secrets = JSON.parse(await readFile(path.join(folder, "secrets.json"), "utf8")) as { demoPassword: string };
	process.env.WEIR_E2E_URL = `http://localhost:${web}`;
	process.env.WEIR_E2E_HTTP = `http://localhost:${http}`;
	process.env.WEIR_E2E_MQTT = `mqtt://localhost:${mqtt}`;
	process.env.WEIR_E2E_PASSWORD = secrets.demoPassword;
	process.env.WEIR_E2E_FOLDER = folder;
	return async () => {
		const ended = new Promise((resolve) => child.once("exit", resolve));
		child.kill("SIGTERM");
		await ended;
		await rm(folder, { recursive: true, force: true });
	};
}
