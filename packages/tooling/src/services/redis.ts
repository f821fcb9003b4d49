import { mkdir } from "node:fs/promises";
import path from "node:path";
import { boundToParent, freePort, type RunningService, startService } from "./process.ts";
import { redisBinary } from "./redis-binary.ts";

export interface RedisOptions {
	readonly folder: string;
	readonly port?: number;
	/** `always` for the log (data) instance, `everysec` for the control instance. */
	readonly appendfsync?: "always" | "everysec" | "no";
	/** More settings, e.g. `{ maxmemory: "64mb" }`. */
	readonly settings?: Readonly<Record<string, string>>;
	/** Added to its environment. */
	readonly env?: Readonly<Record<string, string>>;
}

export interface RunningRedis extends RunningService {
	readonly url: string;
}

/** Starts a Redis that keeps its append-only file in a folder and never evicts. */
export async function startRedis(options: RedisOptions): Promise<RunningRedis> {
	const folder = path.resolve(options.folder);
	const port = options.port ?? (await freePort());
	await mkdir(folder, { recursive: true });
	const settings = {
		port: String(port),
		bind: "127.0.0.1",
		dir: folder,
		appendonly: "yes",
		appendfsync: options.appendfsync ?? "everysec",
		"maxmemory-policy": "noeviction",
		...options.settings,
	};
	const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
	const service = await startService({
		name: "Redis",
		command: boundToParent("TERM", await redisBinary(), [...args, "--save", ""]),
		port,
		stopSignal: "SIGTERM",
		...(options.env === undefined ? {} : { env: options.env }),
		isReady: (said) => /Ready to accept connections/i.test(said),
	});
	return { ...service, url: `redis://127.0.0.1:${port}` };
}
