interface ApiErrorParts {
	readonly status: number;
	readonly code: string;
	readonly message: string;
	readonly requestId?: string | undefined;
	/** The rest of the answer: problems, the other side of a conflict. */
	readonly body?: unknown;
	readonly retryAfterSeconds?: number | undefined;
}

/** What the API answered instead of the thing asked for: a sentence for people, a code to act on, an id to look it up with. */
export class ApiError extends Error {
	readonly status: number;
	readonly code: string;
	readonly requestId: string | undefined;
	readonly body: unknown;
	readonly retryAfterSeconds: number | undefined;

	constructor({ status, code, message, requestId, body, retryAfterSeconds }: ApiErrorParts) {
		super(message);
		this.name = "ApiError";
		this.status = status;
		this.code = code;
		this.requestId = requestId;
		this.body = body;
		this.retryAfterSeconds = retryAfterSeconds;
	}
}
