import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { boundToParent, freePort, type RunningService, startService } from "./process.ts";

export interface MosquittoOptions {
	readonly folder: string;
	readonly port?: number;
	/** Lines of a password file as `mosquitto_passwd` writes them; absent: anybody may sign in. */
	readonly passwords?: string;
	/** Lines of an access file: `user ada`, `topic readwrite plant/#`. */
	readonly access?: string;
}

/** Starts the MQTT broker of the machine's package `mosquitto`, for tests. */
export async function startMosquitto(options: MosquittoOptions): Promise<RunningService> {
	const folder = path.resolve(options.folder);
	const port = options.port ?? (await freePort());
	await mkdir(folder, { recursive: true });
	const file = async (name: string, text: string) => {
		await writeFile(path.join(folder, name), text, { mode: 0o600 });
		return path.join(folder, name);
	};
	const lines = [`listener ${port} 127.0.0.1`, "persistence false", `allow_anonymous ${options.passwords === undefined}`];
	// As root it would switch to its own user, who may not read here.
	if (process.getuid?.() === 0) lines.push("user root");
	if (options.passwords !== undefined) lines.push(`password_file ${await file("passwords", options.passwords)}`);
	if (options.access !== undefined) lines.push(`acl_file ${await file("access", options.access)}`);
	const conf = await file("mosquitto.conf", `${lines.join("\n")}\n`);
	return startService({
		name: "Mosquitto",
		command: boundToParent("TERM", "/usr/sbin/mosquitto", ["-c", conf]),
		port,
		stopSignal: "SIGTERM",
	});
}
