import type { Role } from "@weir/access";
import type { InTenant } from "./client.ts";

export interface StoredMember {
	readonly userId: string;
	readonly role: Role;
}

export interface Members {
	all(): Promise<readonly StoredMember[]>;
}

export function openMembers(run: InTenant): Members {
	return {
		all: () => run((tx) => tx.member.findMany({ select: { userId: true, role: true }, orderBy: { createdAt: "asc" } })),
	};
}
