import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { BrowseEntry, Connector } from "../definition.ts";
import { playSteps, reach, stepTime, within } from "../steps.ts";
import { openRedis, redisFailure } from "./client.ts";
import type { RedisConfig } from "./definition.ts";

const MOST_KEYS = 1_000;
const MOST_ROUNDS = 50;

export const connector: Connector<RedisConfig> = {
	test: (config, options) =>
		playSteps(options, redisFailure, async (attempt) => {
			const { host, port } = config;
			await reach(attempt, { host, port, trust: config.tls ? config : undefined }, options);
			const client = openRedis(config, options);
			try {
				await attempt(
					"sign-in",
					async () => {
						await connect(client);
						await client.ping();
					},
					() => `Signed in as ${config.user === "" ? "the default user" : config.user}.`,
				);
				const key = `${config.keyPrefix}weir-connection-test-${randomUUID()}`;
				await attempt(
					"permission",
					async () => {
						if (config.use === "read and write") await client.set(key, "1", "PX", 1_000);
						await client.get(key);
					},
					() => `Keys that begin with "${config.keyPrefix}" may be read${config.use === "read and write" ? " and written" : ""}.`,
				);
			} finally {
				client.disconnect();
			}
		}),

	async browse(config, path, options) {
		const client = openRedis(config, options);
		try {
			await within(stepTime(options), connect(client));
			return await within(stepTime(options), keysBelow(client, config.keyPrefix, path));
		} catch (error) {
			throw redisFailure(error);
		} finally {
			client.disconnect();
		}
	},
};

/** Connects, and tells why not: the client itself only says that the connection is closed. */
async function connect(client: Redis): Promise<void> {
	let reason: unknown;
	client.once("error", (error) => {
		reason = error;
	});
	try {
		await client.connect();
	} catch (error) {
		throw reason ?? error;
	}
}

/** Keys by the parts between colons, of the first that a scan finds. */
async function keysBelow(client: Redis, prefix: string, path: readonly string[]): Promise<readonly BrowseEntry[]> {
	const start = prefix + path.map((part) => `${part}:`).join("");
	const pattern = `${start.replace(/[\\*?[\]^]/g, "\\$&")}*`;
	const found = new Map<string, BrowseEntry>();
	let cursor = "0";
	let round = 0;
	do {
		const [next, keys] = await client.scan(cursor, "MATCH", pattern, "COUNT", 1_000);
		cursor = next;
		for (const key of keys) {
			const [name = "", ...below] = key.slice(start.length).split(":");
			if (below.length > 0) found.set(`${name}:`, { name, kind: "folder", hasChildren: true });
			else found.set(name, { name, kind: "key", hasChildren: false });
		}
		round += 1;
	} while (cursor !== "0" && found.size < MOST_KEYS && round < MOST_ROUNDS);
	return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, "en")).slice(0, MOST_KEYS);
}
