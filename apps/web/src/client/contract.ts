import type { Role } from "@weir/access";

export interface Membership {
	readonly tenant: { readonly id: string; readonly slug: string; readonly name: string };
	readonly role: Role;
}

export interface Me {
	readonly user: { readonly id: string; readonly name: string; readonly email: string };
	readonly memberships: readonly Membership[];
}

export interface FlowDetail {
	readonly id: string;
	readonly name: string;
}
