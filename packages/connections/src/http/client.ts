import type { ConnectOptions } from "../definition.ts";
import { basicAuth, HttpClient } from "../outbound/http-client.ts";
import type { HttpConfig } from "./config.ts";

export {
	basicAuth,
	guardedAgents,
	type HttpAnswer,
	type HttpCall,
	HttpClient,
	type HttpClientOptions,
	httpFailure,
} from "../outbound/http-client.ts";
export type { HttpConfig } from "./config.ts";

/** A client of the service, signed in. Close it when done. */
export function openHttp(config: HttpConfig, options: ConnectOptions): HttpClient {
	return new HttpClient({
		system: "the service",
		baseUrl: config.baseUrl,
		rules: options.rules,
		trust: config,
		headers: { ...config.headers, ...signIn(config) },
		...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
	});
}

function signIn({ auth, token, tokenHeader, user, password }: HttpConfig): Readonly<Record<string, string>> {
	if (auth === "basic") return basicAuth(user, password?.reveal() ?? "");
	if (auth === "none" || token === undefined) return {};
	return tokenHeader === "" ? { authorization: `Bearer ${token.reveal()}` } : { [tokenHeader.toLowerCase()]: token.reveal() };
}
