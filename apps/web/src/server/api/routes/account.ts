import { actionsOf } from "@weir/access";
import { limitSignUp } from "../../auth/limits.ts";
import { addressOf } from "../address.ts";
import { doneSchema, meSchema, signUpSchema } from "../contract/index.ts";
import { body, guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";

export function accountRoutes(services: ApiServices) {
	const { accounts } = services.db;
	return newApi()
		.openapi(guarded(services, "GET /me", { summary: "Who is signed in, and where", responses: { 200: json(meSchema) } }), (c) => {
			const { user, memberships } = c.get("signIn");
			return c.json(
				{
					user,
					memberships: memberships.map(({ tenantId, slug, tenantName, viewersSeeData, role }) => ({
						tenant: { id: tenantId, slug, name: tenantName, viewersSeeData },
						role,
						may: [...actionsOf(role, viewersSeeData)],
					})),
				},
				200,
			);
		})
		.openapi(
			guarded(services, "POST /sign-up", {
				summary: "Make an account and its tenant",
				request: { body: body(signUpSchema) },
				responses: { 201: json(doneSchema, "Made, or the e-mail had an account before: the answer is the same. Sign in to see.") },
			}),
			async (c) => {
				await limitSignUp(accounts, addressOf(c.req.raw.headers));
				await accounts.signUp(c.req.valid("json"));
				return c.json({ ok: true as const }, 201);
			},
		);
}
