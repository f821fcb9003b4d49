import * as z from "zod";
import { timeSchema } from "./common.ts";

export const connectionSchema = z.object({
	id: z.string(),
	type: z.string(),
	name: z.string(),
	/** Host and database, without secrets. */
	target: z.string(),
	/** Made and kept by Weir itself. */
	managed: z.boolean(),
	state: z.enum(["ok", "failing", "unknown"]),
	message: z.string().optional(),
	checkedAt: timeSchema.optional(),
	/** Flows whose draft or live version uses it. */
	usedBy: z.array(z.object({ id: z.string(), name: z.string() })),
	createdAt: timeSchema,
});

export const newConnectionSchema = z.strictObject({
	type: z.literal("postgres"),
	name: z.string().trim().min(1, "Give the connection a name.").max(80),
	config: z.strictObject({
		host: z.string().min(1, "Enter the host.").max(253),
		port: z.int().min(1).max(65535).default(5432),
		database: z.string().min(1, "Enter the database.").max(63),
		user: z.string().min(1, "Enter the user.").max(63),
		schema: z.string().min(1).max(63).default("public"),
		tls: z.boolean().default(true),
	}),
	/** Write-only: no answer ever holds it. */
	secret: z.string().max(1000),
});

/** The step that failed, or all of them when it works. */
export const connectionTestSchema = z.object({
	ok: z.boolean(),
	steps: z.array(z.object({ step: z.string(), ok: z.boolean(), message: z.string() })),
});

export type Connection = z.infer<typeof connectionSchema>;
export type NewConnection = z.input<typeof newConnectionSchema>;
export type ConnectionTest = z.infer<typeof connectionTestSchema>;
