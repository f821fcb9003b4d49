import { can, ROUTE_NEEDS, type RouteName, type RouteNeed, rolesThatMay } from "@weir/access";
import { WeirError } from "@weir/errors";
import { createMiddleware } from "hono/factory";
import type { SignIn } from "../auth/sessions.ts";
import { addressOf } from "./address.ts";
import type { ApiEnv, Member } from "./api-env.ts";
import { checkOrigin } from "./origin.ts";
import type { ApiServices } from "./services.ts";
import { checkText } from "./text.ts";

/** The one wrapper of every handler: session, origin, membership, permission; then, and only then, the tenant's rows. */
export function gateFor(services: ApiServices, route: RouteName) {
	const need: RouteNeed = ROUTE_NEEDS[route];
	return createMiddleware<ApiEnv>(async (c, next) => {
		if (need !== "public" || c.req.method !== "GET") checkOrigin(c.req.method, c.req.raw.headers);
		if (need === "public") {
			await checkText(c.req);
			return next();
		}
		const signIn = await services.sessions.of(c.req.raw.headers);
		if (signIn === undefined) throw new WeirError("ACCESS_SIGNED_OUT", "You are signed out. Sign in and try again.");
		c.set("signIn", signIn);
		if (need === "signed-in") {
			await checkText(c.req);
			return next();
		}
		const member = memberOf(signIn, c.req.param("t") ?? "");
		const tenant = services.db.openTenant(member.membership.tenantId);
		const { role, membership } = member;
		const actor = { userId: member.userId, tenantId: membership.tenantId, role };
		if (!can(actor, need, { tenantId: membership.tenantId, viewersSeeData: membership.viewersSeeData })) {
			await tenant.audit.add({
				actorId: member.userId,
				actor: member.email,
				role,
				action: "access.denied",
				target: route,
				ip: addressOf(c.req.raw.headers),
				requestId: c.get("requestId"),
			});
			const roles = rolesThatMay(need).join(", ");
			throw new WeirError(
				"ACCESS_FORBIDDEN",
				`Your role is ${role}, and this needs the permission ${need} (${roles}). Ask an owner or admin.`,
			);
		}
		c.set("tenant", tenant);
		c.set("member", member);
		await checkText(c.req);
		return next();
	});
}

/** The person's place in the tenant of the address. A tenant that is not theirs is not there. */
function memberOf(signIn: SignIn, slug: string): Member {
	const membership = signIn.memberships.find((each) => each.slug === slug);
	if (membership === undefined) throw new WeirError("ACCESS_NOT_FOUND", "There is no such tenant.");
	const { id, name, email } = signIn.user;
	return { userId: id, name, email, role: membership.role, membership };
}
