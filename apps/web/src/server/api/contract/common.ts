import * as z from "zod";

/** Milliseconds since 1970 UTC. */
export const timeSchema = z.number();

/** What every refusal looks like: problem details as RFC 9457 has them, with what our own pages read under `error`. */
export const refusalSchema = z.object({
	/** Nothing but the status: what kind of refusal it is, `error.code` says. */
	type: z.literal("about:blank"),
	/** The status in words. */
	title: z.string(),
	status: z.number(),
	/** The same sentence as `error.message`. */
	detail: z.string(),
	/** Names this one request: `urn:uuid:` and its id. */
	instance: z.string(),
	error: z.object({
		/** A code of the failure table. */
		code: z.string(),
		/** A whole sentence for people. */
		message: z.string(),
		/** Names the request in the logs. */
		requestId: z.string(),
		/** When another attempt is of use. */
		retryAfterMs: z.number().optional(),
		/** Faults of single fields of the request, by path. */
		fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
	}),
});

/** A problem of a flow, as `@weir/errors` has it. */
export const problemSchema = z.object({
	code: z.string(),
	severity: z.enum(["error", "warning"]),
	message: z.string(),
	nodeId: z.string().optional(),
	edgeId: z.string().optional(),
	path: z.string().optional(),
	at: z.object({ line: z.number(), column: z.number(), word: z.string() }).optional(),
	fix: z.looseObject({ action: z.string() }).optional(),
});

export const roleSchema = z.enum(["owner", "admin", "editor", "operator", "viewer"]);

export const tenantParams = z.object({ t: z.string().min(1).max(64) });
export const idParams = tenantParams.extend({ id: z.string().min(1).max(128) });

export const doneSchema = z.object({ ok: z.literal(true) });

export type Refusal = z.infer<typeof refusalSchema>;
