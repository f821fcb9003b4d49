import type { OpenAPIHono } from "@hono/zod-openapi";
import { ROUTE_NEEDS, type RouteNeed } from "@weir/access";
import type { ApiEnv } from "./api-env.ts";
import { refusalSchema } from "./contract/index.ts";
import { PROBLEM_TYPE } from "./refusal.ts";

type Document = ReturnType<OpenAPIHono<ApiEnv>["getOpenAPI31Document"]>;

/** The OpenAPI document, made from the routes themselves; each says what it needs and how it refuses. */
export function openApiDocument(api: OpenAPIHono<ApiEnv>): Document {
	// A copy made now: the OpenAPI library teaches its words only to schemas that are made after it was loaded.
	api.openAPIRegistry.register("Refusal", refusalSchema.clone());
	const document = api.getOpenAPI31Document({
		openapi: "3.1.0",
		info: {
			title: "Weir",
			version: "1",
			description: "The public API. Sign in with a session cookie; requests that change something must come from the same origin.",
		},
		servers: [{ url: "/api/v1" }],
	});
	const needs: Readonly<Record<string, RouteNeed>> = ROUTE_NEEDS;
	for (const [path, item] of Object.entries(document.paths ?? {})) {
		for (const method of ["get", "post", "put", "patch", "delete"] as const) {
			const operation = item[method];
			if (operation === undefined) continue;
			const need = needs[`${method.toUpperCase()} ${path}`] ?? "";
			operation.description =
				need === "public" ? "Needs nobody." : need === "signed-in" ? "Needs a session." : `Needs the permission ${need}.`;
			operation.responses = {
				...operation.responses,
				default: {
					description: "Refused: the code says why, the message what to do.",
					content: { [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Refusal" } } },
				},
			};
		}
	}
	return document;
}
