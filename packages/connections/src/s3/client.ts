import { S3Client } from "@aws-sdk/client-s3";
import { type OutboundRules, PUBLIC_ONLY } from "../outbound/guard.ts";
import { guardedAgents } from "../outbound/http-client.ts";
import { readConnection, type Secrets } from "../read.ts";
import { type S3Config, s3ConfigSchema } from "./config.ts";
import { S3Target } from "./target.ts";

export type { S3Object, S3Target } from "./target.ts";

export interface S3Options {
	/** Where it may lead. Default: the public internet only. */
	readonly rules?: OutboundRules;
	/** How long to wait for a socket. */
	readonly connectionTimeoutMs?: number;
	/** How long an answer may take. */
	readonly requestTimeoutMs?: number;
	/** Attempts of one request, with jitter between them. */
	readonly attempts?: number;
}

/** The place that a stored connection names. Nothing is connected before the first request. Throws NODE_CONFIG_INVALID when the config cannot be read. */
export function openS3(stored: Readonly<Record<string, unknown>>, secrets: Secrets, options: S3Options = {}): S3Target {
	const config = readConnection({ title: "S3", config: s3ConfigSchema }, stored, secrets);
	return new S3Target(s3Client(config, options), config);
}

/** A client all of whose sockets go through the guard, and which follows no redirect. */
export function s3Client(config: S3Config, options: S3Options): S3Client {
	const rules = options.rules ?? PUBLIC_ONLY;
	const agents = guardedAgents(rules, config);
	return new S3Client({
		endpoint: config.endpoint,
		region: config.region,
		forcePathStyle: config.pathStyle,
		followRegionRedirects: false,
		credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey?.reveal() ?? "" },
		maxAttempts: options.attempts ?? 3,
		// Services older than these checksums refuse what they do not know.
		responseChecksumValidation: "WHEN_REQUIRED",
		requestHandler: {
			httpAgent: agents.http,
			httpsAgent: agents.https,
			connectionTimeout: options.connectionTimeoutMs ?? 5_000,
			requestTimeout: options.requestTimeoutMs ?? 30_000,
			throwOnRequestTimeout: true,
		},
	});
}
