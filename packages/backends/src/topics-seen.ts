import type { Redis } from "ioredis";

/** So many topics of a tenant are remembered; the one that was silent longest makes room. */
export const TOPICS_SEEN = 1_000;
/** What nobody published to for this long is forgotten. */
const TOPIC_SEEN_MS = 86_400_000;

/** Sorted set in control Redis: topics of a tenant by when they were last published to (milliseconds since 1970 UTC). */
function topicsKey(tenant: string): string {
	return `{t:${tenant}}:topics`;
}

/** Remembers that a tenant's devices published to these topics. */
export async function noteTopics(control: Redis, tenant: string, topics: Iterable<string>, atMs: number): Promise<void> {
	const key = topicsKey(tenant);
	const scored = [...topics].flatMap((topic) => [atMs, topic]);
	if (scored.length === 0) return;
	await control
		.pipeline()
		.zadd(key, ...scored)
		.zremrangebyscore(key, "-inf", atMs - TOPIC_SEEN_MS)
		.zremrangebyrank(key, 0, -1 - TOPICS_SEEN)
		.pexpire(key, TOPIC_SEEN_MS)
		.exec();
}

/** The topics that a tenant's devices published to in the last day. */
export async function topicsSeen(control: Redis, tenant: string, nowMs: number): Promise<readonly string[]> {
	return control.zrangebyscore(topicsKey(tenant), nowMs - TOPIC_SEEN_MS, "+inf");
}
