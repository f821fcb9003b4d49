import type { Context } from "hono";
import { addressOf } from "./address.ts";
import type { ApiEnv } from "./api-env.ts";

/** Leaves a trace of what a member did, without secrets. */
export async function audit(c: Context<ApiEnv>, action: string, target: string, detail?: Readonly<Record<string, unknown>>): Promise<void> {
	const member = c.get("member");
	await c.get("tenant").audit.add({
		actorId: member.userId,
		actor: member.email,
		role: member.role,
		action,
		target,
		ip: addressOf(c.req.raw.headers),
		requestId: c.get("requestId"),
		detail,
	});
}
