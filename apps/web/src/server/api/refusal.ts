import { STATUS_CODES } from "node:http";
import { asWeirError, isWeirError, WeirError } from "@weir/errors";
import type { Logger } from "@weir/telemetry";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type * as z from "zod";
import type { ApiEnv } from "./api-env.ts";
import type { Refusal } from "./contract/index.ts";

/** Faults of a request's fields, found by the contract. */
export class FieldFaults extends WeirError {
	readonly fields: readonly { readonly path: string; readonly message: string }[];

	constructor(error: z.core.$ZodError) {
		const fields = error.issues.map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message }));
		const [first] = fields;
		const text = first === undefined || first.path === "" ? (first?.message ?? "The request is wrong.") : `${first.path}: ${first.message}`;
		super("REQUEST_INVALID", text);
		this.fields = fields;
	}
}

/** Turns whatever a handler threw into an answer, and logs what is our own fault under the request's id. */
export function answerFor(thrown: unknown, c: Context<ApiEnv>, logger: Logger): Response {
	const failure = sorted(thrown);
	const requestId = c.get("requestId");
	const isOurs = failure.rule.blame === "internal";
	if (isOurs) logger.error("A request failed.", { requestId, route: c.req.path, failed: thrown });
	const error: Refusal["error"] = {
		code: failure.code,
		// What went wrong inside is for the log; the id finds it there.
		message: isOurs ? "Something failed on our side. Try again; if it stays, send us the request id." : failure.message,
		requestId,
		...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
		...(failure instanceof FieldFaults ? { fields: [...failure.fields] } : {}),
	};
	if (failure.retryAfterMs !== undefined) c.header("retry-after", String(Math.ceil(failure.retryAfterMs / 1_000)));
	c.header("cache-control", "no-store");
	return c.json(problemDetails(failure.rule.http, error), failure.rule.http as ContentfulStatusCode, PROBLEM_HEADERS);
}

/** How a body says that it is a refusal (RFC 9457). */
export const PROBLEM_TYPE = "application/problem+json";
export const PROBLEM_HEADERS = { "content-type": PROBLEM_TYPE };

/** The body of a refusal. */
export function problemDetails(status: number, error: Refusal["error"]): Refusal {
	return {
		type: "about:blank",
		title: STATUS_CODES[status] ?? "Refused",
		status,
		detail: error.message,
		instance: `urn:uuid:${error.requestId}`,
		error,
	};
}

function sorted(thrown: unknown): WeirError {
	if (isWeirError(thrown)) return thrown;
	if (thrown instanceof HTTPException) {
		if (thrown.status === 413) return new WeirError("REQUEST_TOO_LARGE", "The request is larger than 4 MB.", { cause: thrown });
		return new WeirError("REQUEST_INVALID", "The body is not valid JSON.", { cause: thrown });
	}
	return asWeirError(thrown);
}
