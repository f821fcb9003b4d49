import { mkdir } from "node:fs/promises";
import path from "node:path";
import { boundToParent, freePort, type RunningService, startService } from "./process.ts";
import { s3Binary } from "./s3-binary.ts";

export interface S3Options {
	/** Data folder; made on the first start, kept afterwards. Buckets are folders in `objects`, keys are paths. */
	readonly folder: string;
	readonly port?: number;
}

export interface RunningS3 extends RunningService {
	readonly endpoint: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
}

/** Starts a real S3 server (versitygw) over a folder. The first start on a machine builds it, which takes minutes. */
export async function startS3({ folder, port: wanted }: S3Options): Promise<RunningS3> {
	const port = wanted ?? (await freePort());
	const [objects, accounts, meta] = ["objects", "accounts", "meta"].map((name) => path.join(path.resolve(folder), name)) as [
		string,
		string,
		string,
	];
	for (const one of [objects, accounts, meta]) await mkdir(one, { recursive: true });
	const accessKeyId = "weir";
	const secretAccessKey = "weir-secret";
	const args = ["--port", `127.0.0.1:${port}`, "--quiet", "--iam-dir", accounts, "posix", "--sidecar", meta, objects];
	const service = await startService({
		name: "The S3 server",
		command: boundToParent("TERM", await s3Binary(), args),
		port,
		stopSignal: "SIGTERM",
		env: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
	});
	return { ...service, endpoint: `http://127.0.0.1:${port}`, accessKeyId, secretAccessKey };
}
