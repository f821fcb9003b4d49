/** What a member may be in a tenant, from most to least. */
export const ROLES = ["owner", "admin", "editor", "operator", "viewer"] as const;

export type Role = (typeof ROLES)[number];

/** Whether `role` may do at least what `other` may. */
export function isAtLeast(role: Role, other: Role): boolean {
	return ROLES.indexOf(role) <= ROLES.indexOf(other);
}
