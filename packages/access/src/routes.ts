import type { Action } from "./permissions.ts";

/** `public` needs nobody, `signed-in` a session, everything else a member who may. */
export type RouteNeed = Action | "public" | "signed-in";

/** The permission table of the public API: every route of the manifest has its line here, and a test says so. */
export const ROUTE_NEEDS = {
	"GET /openapi.json": "public",
	"POST /sign-up": "public",
	"GET /me": "signed-in",
	"GET /t/{t}/flows": "flow:read",
	"POST /t/{t}/flows": "flow:edit",
	"GET /t/{t}/flows/{id}": "flow:read",
	"PATCH /t/{t}/flows/{id}": "flow:edit",
	"DELETE /t/{t}/flows/{id}": "flow:edit",
	"PUT /t/{t}/flows/{id}/draft": "flow:edit",
	"GET /t/{t}/flows/{id}/versions": "flow:read",
	"GET /t/{t}/flows/{id}/versions/{n}": "flow:read",
	"GET /t/{t}/flows/{id}/deploy-preview": "flow:deploy",
	"POST /t/{t}/flows/{id}/deploy": "flow:deploy",
	"POST /t/{t}/flows/{id}/actions/{action}": "flow:operate",
	"GET /t/{t}/flows/{id}/overview": "metrics:read",
	"GET /t/{t}/flows/{id}/job": "metrics:read",
	"GET /t/{t}/flows/{id}/history": "metrics:read",
	"GET /t/{t}/flows/{id}/events": "flow:read",
	"GET /t/{t}/flows/{id}/endpoints": "device:read",
	"POST /t/{t}/flows/{id}/endpoints/{eid}/connect": "device:rotate",
	"GET /t/{t}/flows/{id}/endpoints/{eid}/sample": "data:read",
	"POST /t/{t}/flows/{id}/simulation": "device:rotate",
	"DELETE /t/{t}/flows/{id}/simulation": "device:rotate",
	"GET /t/{t}/endpoints": "device:read",
	"GET /t/{t}/topics": "device:read",
	"GET /t/{t}/devices": "device:read",
	"POST /t/{t}/devices": "device:edit",
	"GET /t/{t}/devices/{id}": "device:read",
	"GET /t/{t}/flows/{id}/endpoints/{eid}/storage": "device:read",
	"PATCH /t/{t}/flows/{id}/endpoints/{eid}/storage": "device:edit",
	"POST /t/{t}/devices/{id}/credentials": "device:rotate",
	"DELETE /t/{t}/devices/{id}/credentials/{cid}": "device:rotate",
	"GET /t/{t}/dead-letters": "metrics:read",
	"GET /t/{t}/dead-letters/records": "dead-letter:read",
	"GET /t/{t}/dead-letters/{id}": "dead-letter:read",
	"POST /t/{t}/dead-letters/retry": "flow:operate",
	"POST /t/{t}/dead-letters/discard": "flow:operate",
	"GET /t/{t}/connections": "connection:read",
	"POST /t/{t}/connections": "connection:edit",
	"POST /t/{t}/connections/{id}/test": "connection:edit",
	"DELETE /t/{t}/connections/{id}": "connection:edit",
	"GET /t/{t}/templates": "flow:read",
	"GET /t/{t}/live": "metrics:read",
	"POST /t/{t}/live": "metrics:read",
} as const satisfies Record<string, RouteNeed>;

export type RouteName = keyof typeof ROUTE_NEEDS;
