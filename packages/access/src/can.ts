import { type Action, OPEN_TO_VIEWERS, PERMISSIONS } from "./permissions.ts";
import { isAtLeast, ROLES, type Role } from "./roles.ts";

/** Who asks: a member of a tenant. */
export interface Actor {
	readonly userId: string;
	readonly tenantId: string;
	readonly role: Role;
}

/** What it is about. Only the tenant matters so far: rights are per tenant. */
export interface Resource {
	readonly tenantId: string;
	/** The tenant lets its viewers look at payloads. */
	readonly viewersSeeData?: boolean;
}

/** The one question of access. Whatever is not in the table, or belongs to another tenant, is refused. */
export function can(actor: Actor, action: Action, resource: Resource): boolean {
	if (actor.tenantId !== resource.tenantId) return false;
	if (isAtLeast(actor.role, PERMISSIONS[action])) return true;
	return resource.viewersSeeData === true && OPEN_TO_VIEWERS.has(action);
}

/** All that a role may do, for pages that show or hide; the server asks `can` again. */
export function actionsOf(role: Role, viewersSeeData = false): readonly Action[] {
	const actor: Actor = { userId: "", tenantId: "", role };
	return (Object.keys(PERMISSIONS) as Action[]).filter((action) => can(actor, action, { tenantId: "", viewersSeeData }));
}

/** Roles that may do it, for "ask one of these people". */
export function rolesThatMay(action: Action): readonly Role[] {
	return ROLES.filter((role) => isAtLeast(role, PERMISSIONS[action]));
}
