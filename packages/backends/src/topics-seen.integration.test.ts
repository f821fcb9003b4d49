import { randomUUID } from "node:crypto";
import { afterAll, expect, inject, it } from "vitest";
import { connectRedis } from "./redis-client.ts";
import { noteTopics, TOPICS_SEEN, topicsSeen } from "./topics-seen.ts";

const control = connectRedis(inject("services").redisUrl, { enableOfflineQueue: true });
afterAll(() => control.disconnect());

it("keeps so many topics of a tenant and no more: the one that was silent longest makes room", async () => {
	const tenant = randomUUID();
	await noteTopics(control, tenant, ["rooms/old"], 1_000);
	await noteTopics(
		control,
		tenant,
		Array.from({ length: TOPICS_SEEN }, (_, i) => `rooms/${i}`),
		2_000,
	);
	const seen = await topicsSeen(control, tenant, 2_000);
	expect(seen).toHaveLength(TOPICS_SEEN);
	expect(seen).not.toContain("rooms/old");
});
