import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { BlockList } from "node:net";
import { clientAddress } from "./client-address.ts";

/** Set by us on every request that comes in, whatever the client has sent under these names. */
export const INCOMING = {
	/** Who it comes from. */
	address: "x-weir-client-address",
	/** The address of the request holds a % that begins no character. */
	malformed: "x-weir-malformed",
} as const;

/**
 * Prepares each request before Next sees it, the only moment at which the socket is known. Next believes any `X-Forwarded-For`,
 * and answers an address it cannot decode with a bare 500.
 */
export function prepareIncoming(proxies: BlockList): void {
	subscribe("http.server.request.start", (message) => prepare((message as { readonly request: IncomingMessage }).request, proxies));
}

function prepare(request: IncomingMessage, proxies: BlockList): void {
	const { headers, socket } = request;
	const forwarded = headers["x-forwarded-for"];
	headers[INCOMING.address] = clientAddress(socket.remoteAddress, Array.isArray(forwarded) ? forwarded.join(",") : forwarded, proxies);
	const decodable = withoutBrokenEscapes(request.url ?? "/");
	if (decodable === request.url) delete headers[INCOMING.malformed];
	else {
		request.url = decodable;
		headers[INCOMING.malformed] = "1";
	}
}

/** The address with each % of its path written out, where the path cannot be decoded as it is. */
function withoutBrokenEscapes(url: string): string {
	const [path = "", ...query] = url.split("?");
	try {
		decodeURIComponent(path);
		return url;
	} catch {
		return [path.replaceAll("%", "%25"), ...query].join("?");
	}
}
