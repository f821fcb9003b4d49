import { hash } from "node:crypto";
import type { Redis } from "ioredis";

/** Longer than any process sleeps and still wakes up. */
export const GONE_MS = 30 * 86_400_000;

/** Name of the tombstone of a tenant, an endpoint or a job. It holds no id: of what was deleted nothing is left. */
export function goneName(id: string): string {
	return hash("sha1", id);
}

/** Sets tombstones in a Redis: scripts that would make something anew look for them, and only they, so that nobody else pays. */
export async function bury(client: Redis, ids: readonly string[]): Promise<void> {
	if (ids.length === 0) return;
	const pipeline = client.pipeline();
	for (const id of ids) pipeline.set(`gone:${goneName(id)}`, 1, "PX", GONE_MS);
	for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
}

/** Lua: `isGone(id, …)` says whether one of them has a tombstone. */
export const LUA_GONE = `
local function isGone(...)
	for _, id in ipairs({ ... }) do
		if redis.call('EXISTS', 'gone:' .. redis.sha1hex(id)) == 1 then return true end
	end
	return false
end
`;
