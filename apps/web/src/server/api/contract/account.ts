import * as z from "zod";
import { roleSchema } from "./common.ts";

const tenantSchema = z.object({
	id: z.string(),
	slug: z.string(),
	name: z.string(),
	/** Viewers may look at payloads. */
	viewersSeeData: z.boolean(),
});

const membershipSchema = z.object({
	tenant: tenantSchema,
	role: roleSchema,
	/** Permissions of `@weir/access` that the member has here: pages show or hide by these, the server asks again. */
	may: z.array(z.string()),
});

export const meSchema = z.object({
	user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
	memberships: z.array(membershipSchema),
});

export const signUpSchema = z.strictObject({
	name: z.string().trim().min(1, "Enter your name.").max(80),
	email: z.email("This is not an e-mail address.").max(254).toLowerCase(),
	password: z.string().min(12, "Use at least 12 characters.").max(200),
	tenantName: z.string().trim().min(1, "Enter the name of your company, team or project.").max(60),
});

export type Me = z.infer<typeof meSchema>;
export type Membership = z.infer<typeof membershipSchema>;
