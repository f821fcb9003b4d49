import type { IncomingMessage } from "node:http";

/** The device token of a request: `Bearer <token>`, or Basic with the token as password. */
export function tokenOf(request: IncomingMessage): string | undefined {
	const header = request.headers.authorization;
	if (header === undefined) return undefined;
	const space = header.indexOf(" ");
	const scheme = header.slice(0, space).toLowerCase();
	const value = header.slice(space + 1).trim();
	if (scheme === "bearer") return value;
	if (scheme !== "basic") return undefined;
	const pair = Buffer.from(value, "base64").toString();
	const colon = pair.indexOf(":");
	return colon < 0 ? undefined : pair.slice(colon + 1);
}

/** The token of the address, for the few endpoints that allow it. */
export function queryTokenOf(url: string): string | undefined {
	const query = url.indexOf("?");
	return query < 0 ? undefined : (new URLSearchParams(url.slice(query + 1)).get("token") ?? undefined);
}
