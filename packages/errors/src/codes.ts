/** Who can put it right: the person who drew the flow, an outside system, or Weir itself. */
export type Blame = "user" | "external" | "internal";

/** Is another attempt any use? `after` means the failure says when (see `WeirError.retryAfterMs`). */
export type Retry = "never" | "backoff" | "after";

/** How far the damage reaches: one record is set aside, a task pauses, a job stops, or a request is refused. */
export type Scope = "record" | "task" | "job" | "request";

export interface FailureRule {
	readonly blame: Blame;
	readonly retry: Retry;
	readonly scope: Scope;
	/** Status an API caller sees. */
	readonly http: number;
	/** Expected in normal running: do not raise an alarm. */
	readonly quiet?: true;
}

/**
 * Every failure of the product. Codes are stable for ever and searchable.
 * What the runtime does with a failure follows from this table alone.
 */
export const FAILURES = {
	FLOW_INVALID: { blame: "user", retry: "never", scope: "request", http: 422 },
	FLOW_VERSION_STALE: { blame: "user", retry: "never", scope: "request", http: 409 },
	FLOW_RUNNING: { blame: "user", retry: "never", scope: "request", http: 409 },
	FLOW_NOT_DEPLOYED: { blame: "user", retry: "never", scope: "request", http: 409 },
	NAME_TAKEN: { blame: "user", retry: "never", scope: "request", http: 409 },
	CONNECTION_IN_USE: { blame: "user", retry: "never", scope: "request", http: 409 },
	/** A stream cannot be kept in the way that was asked for. */
	STORAGE_REFUSED: { blame: "user", retry: "never", scope: "request", http: 409 },
	CREDENTIAL_LIMIT: { blame: "user", retry: "never", scope: "request", http: 409 },
	REQUEST_INVALID: { blame: "user", retry: "never", scope: "request", http: 400 },
	REQUEST_TOO_LARGE: { blame: "user", retry: "never", scope: "request", http: 413 },
	REQUEST_METHOD_UNSUPPORTED: { blame: "user", retry: "never", scope: "request", http: 405 },
	REQUEST_TYPE_UNSUPPORTED: { blame: "user", retry: "never", scope: "request", http: 415 },
	RECORD_UNREADABLE: { blame: "user", retry: "never", scope: "record", http: 400 },
	RECORD_SCHEMA_MISMATCH: { blame: "user", retry: "never", scope: "record", http: 400 },
	RECORD_TOO_LARGE: { blame: "user", retry: "never", scope: "record", http: 413 },
	RECORD_FROM_FUTURE: { blame: "user", retry: "never", scope: "record", http: 400 },
	/** The program could not survive this record: it was isolated and set aside (I14). */
	RECORD_POISONOUS: { blame: "internal", retry: "never", scope: "record", http: 500 },
	EXPRESSION_INVALID: { blame: "user", retry: "never", scope: "job", http: 422 },
	EXPRESSION_FAILED: { blame: "user", retry: "never", scope: "record", http: 422 },
	NODE_CONFIG_INVALID: { blame: "user", retry: "never", scope: "job", http: 422 },
	NODE_CODE_FAILED: { blame: "user", retry: "never", scope: "job", http: 422 },
	CONNECTION_REFUSED: { blame: "external", retry: "backoff", scope: "task", http: 502 },
	CONNECTION_LOST: { blame: "external", retry: "backoff", scope: "task", http: 502 },
	CONNECTION_SLOW: { blame: "external", retry: "backoff", scope: "task", http: 504 },
	CONNECTION_DENIED: { blame: "user", retry: "never", scope: "job", http: 422 },
	CONNECTION_TARGET_MISSING: { blame: "user", retry: "never", scope: "job", http: 422 },
	SINK_REJECTED: { blame: "user", retry: "never", scope: "record", http: 422 },
	SINK_UNAVAILABLE: { blame: "external", retry: "backoff", scope: "task", http: 503 },
	LOG_UNAVAILABLE: { blame: "external", retry: "backoff", scope: "task", http: 503 },
	/** The partition takes no more: its stream goes on in a newer generation with more partitions. */
	STREAM_SEALED: { blame: "external", retry: "after", scope: "request", http: 503, quiet: true },
	/** What was sent belongs to a flow or a tenant that was deleted. */
	STREAM_GONE: { blame: "user", retry: "never", scope: "request", http: 410 },
	LOG_FULL: { blame: "external", retry: "after", scope: "request", http: 503 },
	STATE_CORRUPT: { blame: "internal", retry: "never", scope: "job", http: 500 },
	/** What was put on the local disk for want of memory cannot be read back: the task begins again from its checkpoint, which has it all. */
	SPILL_DAMAGED: { blame: "internal", retry: "backoff", scope: "task", http: 500 },
	STATE_TOO_LARGE: { blame: "user", retry: "never", scope: "job", http: 507 },
	/** The log no longer holds what was to be read again. */
	RANGE_FORGOTTEN: { blame: "user", retry: "never", scope: "job", http: 409 },
	CHECKPOINT_EXPIRED: { blame: "internal", retry: "backoff", scope: "task", http: 500 },
	LEASE_LOST: { blame: "internal", retry: "never", scope: "task", http: 500, quiet: true },
	QUOTA_EXCEEDED: { blame: "user", retry: "after", scope: "request", http: 429 },
	RATE_LIMITED: { blame: "user", retry: "after", scope: "request", http: 429 },
	ACCESS_SIGNED_OUT: { blame: "user", retry: "never", scope: "request", http: 401 },
	ACCESS_FORBIDDEN: { blame: "user", retry: "never", scope: "request", http: 403 },
	/** Also for "exists but is not yours". */
	ACCESS_NOT_FOUND: { blame: "user", retry: "never", scope: "request", http: 404 },
	DATABASE_UNAVAILABLE: { blame: "external", retry: "backoff", scope: "task", http: 503 },
	INVARIANT_BROKEN: { blame: "internal", retry: "never", scope: "job", http: 500 },
} as const satisfies Record<string, FailureRule>;

export type FailureCode = keyof typeof FAILURES;
