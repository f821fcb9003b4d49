import type { Redis } from "ioredis";
import { script } from "./log-scripts.ts";
import { runScript } from "./redis-client.ts";
import { LUA_GONE } from "./tombstones.ts";

/** Hash in control Redis of what came to an endpoint through the doors. */
export function doorKey(endpoint: string): string {
	return `door:${endpoint}`;
}

/** KEYS the hash · ARGV endpoint, when the last record came or 0, then field and amount in turn. */
const COUNT = script(`${LUA_GONE}
if redis.call('EXISTS', KEYS[1]) == 0 and isGone(ARGV[1]) then return end
for i = 3, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
if ARGV[2] ~= '0' then redis.call('HSET', KEYS[1], 'lastRecordAt', ARGV[2]) end
`);

/** Adds to what came to an endpoint, unless the endpoint was deleted. */
export async function countAtDoor(
	control: Redis,
	endpoint: string,
	amounts: ReadonlyMap<string, number>,
	lastRecordAtMs: number,
): Promise<void> {
	await runScript(control, COUNT, [doorKey(endpoint)], [endpoint, lastRecordAtMs, ...[...amounts].flat()]);
}
