import type { Role } from "./roles.ts";

/** Everything a member can ask for, and the least role that may. `tenant-option` is decided by the tenant for viewers. */
export const PERMISSIONS = {
	"tenant:delete": "owner",
	"tenant:transfer": "owner",
	"member:manage": "admin",
	"quota:manage": "admin",
	"audit:read": "admin",
	"flow:edit": "editor",
	"connection:edit": "editor",
	"flow:deploy": "editor",
	"flow:operate": "operator",
	"device:edit": "editor",
	"device:rotate": "operator",
	"dead-letter:read": "operator",
	"data:read": "operator",
	"flow:read": "viewer",
	"device:read": "viewer",
	"connection:read": "viewer",
	"metrics:read": "viewer",
	"tenant:read": "viewer",
} as const satisfies Record<string, Role>;

export type Action = keyof typeof PERMISSIONS;

/** Payload permissions a tenant may open to its viewers. */
export const OPEN_TO_VIEWERS: ReadonlySet<Action> = new Set<Action>(["data:read", "dead-letter:read"]);
