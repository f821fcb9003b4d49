import type { Redis } from "ioredis";
import { script } from "./log-scripts.ts";
import { runScript } from "./redis-client.ts";
import { LUA_GONE } from "./tombstones.ts";

/** So many topics of a tenant are remembered; the one that was silent longest makes room. */
export const TOPICS_SEEN = 1_000;
/** What nobody published to for this long is forgotten. */
const TOPIC_SEEN_MS = 86_400_000;

/** Sorted set in control Redis: topics of a tenant by when they were last published to (milliseconds since 1970 UTC). */
export function topicsKey(tenant: string): string {
	return `{t:${tenant}}:topics`;
}

/** KEYS the sorted set · ARGV tenant, now, how long topics are kept, how many are, then the topics. */
const NOTE = script(`${LUA_GONE}
if redis.call('EXISTS', KEYS[1]) == 0 and isGone(ARGV[1]) then return end
for i = 5, #ARGV do redis.call('ZADD', KEYS[1], ARGV[2], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2] - ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
`);

/** Remembers that a tenant's devices published to these topics, unless the tenant was deleted. */
export async function noteTopics(control: Redis, tenant: string, topics: Iterable<string>, atMs: number): Promise<void> {
	const all = [...topics];
	if (all.length === 0) return;
	await runScript(control, NOTE, [topicsKey(tenant)], [tenant, atMs, TOPIC_SEEN_MS, TOPICS_SEEN, ...all]);
}

/** The topics that a tenant's devices published to in the last day. */
export async function topicsSeen(control: Redis, tenant: string, nowMs: number): Promise<readonly string[]> {
	return control.zrangebyscore(topicsKey(tenant), nowMs - TOPIC_SEEN_MS, "+inf");
}
