import { isWeirError, WeirError } from "@weir/errors";
import { Redis, type RedisOptions } from "ioredis";
import type { Script } from "./log-scripts.ts";
import { gone, sealed } from "./sealed.ts";

/** What a Redis command is given and gives back, as bytes. */
export type RedisArgument = string | number | Buffer;

/**
 * A connection whose calls fail in bounded time instead of waiting for better days: nothing is queued while Redis is away,
 * nothing is sent again by the client, and reconnecting is tried at least once a second (20 s by default cost 18 s after an outage).
 */
export function connectRedis(url: string, options: Omit<RedisOptions, "replyMapping"> = {}): Redis {
	const client = new Redis(url, {
		protocol: 2,
		enableOfflineQueue: false,
		autoResendUnfulfilledCommands: false,
		maxRetriesPerRequest: 0,
		connectTimeout: 2_000,
		commandTimeout: 5_000,
		retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt - 1, 10), 1_000),
		...options,
	});
	// Without a listener every failed reconnect is printed; calls report the failure themselves.
	client.on("error", () => undefined);
	// As many may wait for a connection as there are calls under way.
	client.setMaxListeners(0);
	return client;
}

/** Waits for the first connection; a connection that was there and is lost fails at once. */
export async function untilReady(client: Redis, patienceMs = 3_000): Promise<void> {
	if (client.status === "ready") return;
	if (client.status !== "connecting" && client.status !== "connect") throw away(new Error(`connection is ${client.status}`));
	await new Promise<void>((resolve, reject) => {
		const settle = (act: () => void) => {
			clearTimeout(timer);
			client.off("ready", onReady);
			client.off("close", onClose);
			act();
		};
		const onReady = () => settle(resolve);
		const onClose = () => settle(() => reject(away(new Error("connection was closed"))));
		const timer = setTimeout(onClose, patienceMs);
		client.once("ready", onReady);
		client.once("close", onClose);
	});
}

/** Runs a script by its hash, and sends it whole the first time a Redis does not know it. */
export async function runScript(
	client: Redis,
	{ lua, sha }: Script,
	keys: readonly string[],
	args: readonly RedisArgument[],
): Promise<unknown> {
	try {
		return await client.callBuffer("EVALSHA", [sha, keys.length, ...keys, ...args]);
	} catch (error) {
		if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
		return client.callBuffer("EVAL", [lua, keys.length, ...keys, ...args]);
	}
}

/** Sorts what Redis or the way to it answered: full, or away. */
export function sortRedisError(error: unknown): WeirError {
	if (isWeirError(error)) return error;
	const text = error instanceof Error ? error.message : String(error);
	if (text.startsWith("SEALED")) return sealed();
	if (text.startsWith("GONE")) return gone();
	if (/^(OOM|MISCONF)|command not allowed when used memory/.test(text)) return full(error);
	if (/^(ERR|WRONGTYPE|NOSCRIPT|NOPERM|NOAUTH|WRONGPASS)/.test(text)) {
		return new WeirError("INVARIANT_BROKEN", `Redis refused a command of the log: ${text}`, { cause: error });
	}
	return away(error);
}

/** The log takes no more. */
export function full(cause?: unknown): WeirError {
	return new WeirError("LOG_FULL", "The log is full: give Redis more memory or disk, or shorten the retention of the streams.", {
		retryAfterMs: 5_000,
		...(cause === undefined ? {} : { cause }),
	});
}

function away(cause: unknown): WeirError {
	return new WeirError("LOG_UNAVAILABLE", "The log cannot be reached: check that the Redis at REDIS_DATA_URL is running.", { cause });
}
