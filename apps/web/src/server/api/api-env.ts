import type { Role } from "@weir/access";
import type { Membership, TenantStore } from "@weir/db";
import type { SignIn } from "../auth/sessions.ts";

/** The member behind a request to a tenant's route. */
export interface Member {
	readonly userId: string;
	readonly name: string;
	readonly email: string;
	readonly role: Role;
	readonly membership: Membership;
}

/**
 * What the gate hands to a handler. `signIn` is there from `signed-in` on; `tenant` and `member` on tenants' routes only,
 * after membership, permission and origin were checked. There is no other way to a tenant's rows.
 */
export interface ApiEnv {
	Variables: {
		requestId: string;
		signIn: SignIn;
		tenant: TenantStore;
		member: Member;
	};
}
