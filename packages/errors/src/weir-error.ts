import { FAILURES, type FailureCode, type FailureRule } from "./codes.ts";

const BRAND = Symbol.for("weir.error");

export interface WeirErrorOptions {
	/** Ids and figures for whoever reads the log. Never secrets: wrap those in `Secret`. */
	readonly context?: Readonly<Record<string, unknown>>;
	readonly cause?: unknown;
	/** Only for codes whose `retry` is `after`. */
	readonly retryAfterMs?: number;
}

/** The one thing that is thrown. `message` is a whole sentence that names the thing and the fix, without ids. */
export class WeirError extends Error {
	readonly code: FailureCode;
	readonly context: Readonly<Record<string, unknown>>;
	readonly retryAfterMs: number | undefined;

	constructor(code: FailureCode, message: string, options: WeirErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = "WeirError";
		this.code = code;
		this.context = options.context ?? {};
		this.retryAfterMs = options.retryAfterMs;
		Object.defineProperty(this, BRAND, { value: true });
	}

	get rule(): FailureRule {
		return FAILURES[this.code];
	}
}

/** Recognises a failure even when it comes from a second copy of this package. */
export function isWeirError(value: unknown): value is WeirError {
	return typeof value === "object" && value !== null && BRAND in value;
}

/** Turns whatever was thrown into a failure; what is not ours already becomes INVARIANT_BROKEN with its cause. */
export function asWeirError(thrown: unknown): WeirError {
	if (isWeirError(thrown)) return thrown;
	const text = thrown instanceof Error ? thrown.message : String(thrown);
	return new WeirError("INVARIANT_BROKEN", `Something failed that should not fail: ${text}`, { cause: thrown });
}

/** Adds the place once, on the way out. A place that is there already stays. */
export function withPlace(error: WeirError, place: Readonly<Record<string, unknown>>): WeirError {
	return new WeirError(error.code, error.message, {
		context: { ...place, ...error.context },
		cause: error.cause ?? error,
		...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
	});
}
