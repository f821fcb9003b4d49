import { ApiError } from "./api-error.ts";

export const API_ROOT = "/api/v1";

interface Request {
	readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
	readonly body?: unknown;
	readonly signal?: AbortSignal;
	/** Lets the request outlive the page: the last save of a draft. */
	readonly keepalive?: boolean;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null;
}

function asText(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value : undefined;
}

async function readBody(response: Response): Promise<unknown> {
	const text = await response.text();
	if (text === "") return undefined;
	try {
		return JSON.parse(text);
	} catch {
		// Not from our API: a proxy's page, a dying server. The status says enough.
		return undefined;
	}
}

function refusal(response: Response, body: unknown): ApiError {
	const fault = isRecord(body) ? (isRecord(body.error) ? body.error : body) : {};
	const retryAfter = Number(response.headers.get("retry-after"));
	return new ApiError({
		status: response.status,
		code: asText(fault.code) ?? `HTTP_${response.status}`,
		message: asText(fault.message) ?? `The server answered with status ${response.status}.`,
		requestId: asText(fault.requestId) ?? response.headers.get("x-request-id") ?? undefined,
		body,
		retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined,
	});
}

/** Asks our own API. Whatever is not a success is thrown as an `ApiError`. */
export async function callApi<T>(path: string, request: Request = {}): Promise<T> {
	const response = await send(path, "application/json", request);
	const answer = await readBody(response);
	if (!response.ok) throw refusal(response, answer);
	// The shape is the server's promise, kept by the contract both sides compile against.
	return answer as T;
}

/** Posts, and tells each event of the answer as it comes. */
export async function readEvents(path: string, onEvent: (event: string, data: unknown) => void): Promise<void> {
	const response = await send(path, "text/event-stream", { method: "POST", body: {} });
	if (!response.ok || response.body === null) throw refusal(response, await readBody(response));
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	let text = "";
	for (let part = await reader.read(); !part.done; part = await reader.read()) {
		const blocks = (text + part.value).split("\n\n");
		text = blocks.pop() ?? "";
		for (const block of blocks) {
			const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
			if (event !== "") onEvent(event, JSON.parse(data));
		}
	}
}

async function send(path: string, accept: string, { method = "GET", body, signal, keepalive }: Request): Promise<Response> {
	try {
		return await fetch(`${API_ROOT}${path}`, {
			method,
			credentials: "same-origin",
			headers: body === undefined ? { accept } : { accept, "content-type": "application/json" },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			...(signal ? { signal } : {}),
			...(keepalive ? { keepalive } : {}),
		});
	} catch (cause) {
		if (signal?.aborted) throw cause;
		throw new ApiError({
			status: 0,
			code: "OFFLINE",
			message: "The server cannot be reached. Check your network; we try again when you do.",
		});
	}
}
