import { type ClientRequestArgs, Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { WeirError } from "@weir/errors";
import type { TestOptions } from "../definition.ts";
import { atStart, networkFailure } from "../failure.ts";
import type { TlsTrust } from "../fields.ts";
import { type Attempt, reach } from "../steps.ts";
import type { OutboundRules } from "./guard.ts";
import { guardedStream } from "./tls.ts";

class GuardedHttpAgent extends HttpAgent {
	readonly #rules: OutboundRules;

	constructor(rules: OutboundRules) {
		super({ keepAlive: true });
		this.#rules = rules;
	}

	override createConnection(options: ClientRequestArgs): Duplex {
		return guardedStream(String(options.host), Number(options.port ?? 80), this.#rules, undefined);
	}
}

class GuardedHttpsAgent extends HttpsAgent {
	readonly #rules: OutboundRules;
	readonly #trust: TlsTrust;

	constructor(rules: OutboundRules, trust: TlsTrust) {
		super({ keepAlive: true });
		this.#rules = rules;
		this.#trust = trust;
	}

	override createConnection(options: ClientRequestArgs): Duplex {
		return guardedStream(String(options.host), Number(options.port ?? 443), this.#rules, this.#trust);
	}
}

/** Agents whose every socket goes through the guard, for clients of HTTP that take some. Destroy both when done. */
export function guardedAgents(rules: OutboundRules, trust: TlsTrust): { readonly http: HttpAgent; readonly https: HttpsAgent } {
	return { http: new GuardedHttpAgent(rules), https: new GuardedHttpsAgent(rules, trust) };
}

export interface HttpClientOptions {
	/** What is talked to, as sentences call it. */
	readonly system: string;
	readonly baseUrl: string;
	readonly rules: OutboundRules;
	readonly trust: TlsTrust;
	/** Sent with every request. */
	readonly headers?: Readonly<Record<string, string>>;
	readonly timeoutMs?: number;
	/** The most that is read of an answer. */
	readonly maxBytes?: number;
}

export interface HttpCall {
	readonly method?: string;
	/** Behind the base address; begins with a slash, or is empty. */
	readonly path?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
	readonly timeoutMs?: number;
}

export interface HttpAnswer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

/** HTTP through the guard. Follows no redirect, knows no proxy, reads no more than it is told, and keeps connections for the next request. */
export class HttpClient {
	readonly #options: HttpClientOptions;
	readonly #agents: ReturnType<typeof guardedAgents>;

	constructor(options: HttpClientOptions) {
		this.#options = options;
		this.#agents = guardedAgents(options.rules, options.trust);
	}

	/** Any answer, whatever its status. Rejects with a WeirError when none comes. */
	async send({ method = "GET", path = "", headers, body, timeoutMs }: HttpCall = {}): Promise<HttpAnswer> {
		const { system, baseUrl, headers: always } = this.#options;
		const url = new URL(baseUrl.replace(/\/$/, "") + path);
		const limitMs = timeoutMs ?? this.#options.timeoutMs ?? 30_000;
		try {
			return await this.#exchange(url, method, { ...always, ...headers }, body, limitMs);
		} catch (error) {
			throw networkFailure(system, error);
		}
	}

	/** The answer's JSON; everything that is no 2xx is thrown as `httpFailure` sorts it. */
	async json(call: HttpCall = {}): Promise<unknown> {
		const answer = await this.send({ ...call, headers: { accept: "application/json", ...call.headers } });
		if (answer.status < 200 || answer.status > 299) throw httpFailure(this.#options.system, answer);
		try {
			return JSON.parse(answer.body.toString("utf8"));
		} catch (cause) {
			const message = `${atStart(this.#options.system)} answers with something else than JSON; check that the address is the right one.`;
			throw new WeirError("CONNECTION_TARGET_MISSING", message, { cause });
		}
	}

	close(): void {
		this.#agents.http.destroy();
		this.#agents.https.destroy();
	}

	#exchange(url: URL, method: string, headers: Record<string, string>, body: HttpCall["body"], limitMs: number): Promise<HttpAnswer> {
		const { system, maxBytes = 8 * 1024 * 1024 } = this.#options;
		const isSecure = url.protocol === "https:";
		return new Promise((resolve, reject) => {
			const agent = isSecure ? this.#agents.https : this.#agents.http;
			const request = (isSecure ? httpsRequest : httpRequest)(url, { method, headers: { "user-agent": "weir", ...headers }, agent });
			// Whatever ends it first is told; what the stream says after that is of no use.
			const fail = (error: unknown) => {
				clearTimeout(timer);
				reject(error);
				request.destroy();
			};
			const timer = setTimeout(() => {
				fail(new WeirError("CONNECTION_SLOW", `${atStart(system)} does not answer within ${limitMs / 1_000} s.`));
			}, limitMs);
			request.on("error", fail);
			request.once("response", (response) => {
				const parts: Buffer[] = [];
				let size = 0;
				response.on("error", fail);
				response.on("data", (part: Buffer) => {
					size += part.length;
					parts.push(part);
					if (size > maxBytes) {
						fail(new WeirError("SINK_REJECTED", `The answer of ${system} is longer than ${maxBytes} bytes; ask for less at a time.`));
					}
				});
				response.once("end", () => {
					clearTimeout(timer);
					resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
				});
			});
			request.end(body);
		});
	}
}

/** Sorts an answer that is no success. */
export function httpFailure(system: string, { status, headers, body }: HttpAnswer): WeirError {
	const said = body.toString("utf8", 0, 300).replace(/\s+/g, " ").trim();
	const quoted = said === "" ? "" : ` It says: ${said}`;
	const context = { status };
	if (status >= 300 && status < 400) {
		const message = `${atStart(system)} sends on to ${headers.location ?? "another address"}, and redirects are not followed; enter that address here if it is the right one.`;
		return new WeirError("CONNECTION_DENIED", message, { context });
	}
	if (status === 401) {
		const message = `${atStart(system)} refuses who we are (status 401); check user, password or token.${quoted}`;
		return new WeirError("CONNECTION_DENIED", message, { context });
	}
	if (status === 403) {
		const message = `${atStart(system)} knows us and does not allow this (status 403); give this user the right to it.${quoted}`;
		return new WeirError("CONNECTION_DENIED", message, { context });
	}
	if (status === 404 || status === 410) {
		return new WeirError(
			"CONNECTION_TARGET_MISSING",
			`${atStart(system)} has nothing at this address (status ${status}); check the path.`,
			{
				context,
			},
		);
	}
	if (status === 408 || status === 429 || status >= 500) {
		const message = `${atStart(system)} cannot take more at the moment (status ${status}); it is tried again.${quoted}`;
		return new WeirError("SINK_UNAVAILABLE", message, { context, ...retryAfter(headers) });
	}
	return new WeirError("SINK_REJECTED", `${atStart(system)} refuses the request (status ${status}).${quoted}`, { context });
}

/** `Retry-After` in seconds; dates are not worth a clock here. */
function retryAfter(headers: IncomingHttpHeaders): { retryAfterMs?: number } {
	const seconds = Number(headers["retry-after"]);
	return Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: Math.min(seconds, 3_600) * 1_000 } : {};
}

/** Name, port and encryption of an address of HTTP. */
export function reachUrl(attempt: Attempt, address: string, trust: TlsTrust, options: TestOptions): Promise<void> {
	const url = new URL(address);
	const isSecure = url.protocol === "https:";
	const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
	return reach(attempt, { host: hostOf(url), port, trust: isSecure ? trust : undefined }, options);
}

function hostOf(url: URL): string {
	return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/** The header that signs in with user and password. */
export function basicAuth(user: string, password: string): Readonly<Record<string, string>> {
	return { authorization: `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}` };
}
