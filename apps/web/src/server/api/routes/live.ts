import * as z from "zod";
import { SSE_HEADERS } from "../../live/sse.ts";
import { audit } from "../audit.ts";
import { changeTopicsSchema, tenantParams, topicsSchema } from "../contract/index.ts";
import { body, guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";

export function liveRoutes(services: ApiServices) {
	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/live", {
				summary: "The event stream of a tab; the first event, `hello`, names it",
				request: { params: tenantParams },
				responses: { 200: { description: "Server-sent events.", content: { "text/event-stream": { schema: z.string() } } } },
			}),
			(c) => {
				const headers = c.req.raw.headers;
				const tenant = c.get("tenant");
				const { userId } = c.get("member");
				const stream = services.live.open({
					userId,
					tenant,
					async member() {
						const signIn = await services.sessions.of(headers);
						return signIn?.memberships.find((membership) => membership.tenantId === tenant.id);
					},
					audit: (action, target) => audit(c, action, target),
				});
				return c.body(stream, 200, SSE_HEADERS);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/live", {
				summary: "Choose what the stream of this tab tells",
				request: { params: tenantParams, body: body(changeTopicsSchema) },
				responses: { 200: json(topicsSchema) },
			}),
			async (c) => {
				const { stream, topics } = c.req.valid("json");
				const viewer = { userId: c.get("member").userId, tenant: c.get("tenant") };
				return c.json(await services.live.setTopics(stream, viewer, topics), 200);
			},
		);
}
