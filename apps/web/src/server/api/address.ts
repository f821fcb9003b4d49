import { INCOMING } from "../front/incoming.ts";

/** Where a request comes from, as `prepareIncoming` has found. */
export function addressOf(headers: Headers): string {
	return headers.get(INCOMING.address) ?? "unknown";
}
