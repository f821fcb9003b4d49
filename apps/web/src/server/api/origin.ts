import { WeirError } from "@weir/errors";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A cookie goes along with requests that other sites make. So whatever changes something must come from our own pages,
 * and have a content type that no foreign form can send.
 */
export function checkOrigin(method: string, headers: Headers): void {
	const site = headers.get("sec-fetch-site");
	if (READS.has(method)) {
		// A browser never reads our answers for another site, but it would hold a stream open for it.
		if (site === "cross-site" && headers.get("sec-fetch-mode") !== "navigate") throw foreign();
		return;
	}
	if (site !== null ? site !== "same-origin" : !isOwnOrigin(headers)) throw foreign();
	const hasBody = headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0 || headers.has("content-type");
	if (hasBody && !/^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? "")) {
		throw new WeirError("REQUEST_TYPE_UNSUPPORTED", "Send JSON with the header `content-type: application/json`.");
	}
}

function isOwnOrigin(headers: Headers): boolean {
	const origin = headers.get("origin");
	const host = headers.get("x-forwarded-host") ?? headers.get("host");
	if (origin === null || host === null || !URL.canParse(origin)) return false;
	return new URL(origin).host === host;
}

function foreign(): WeirError {
	return new WeirError("ACCESS_FORBIDDEN", "This request comes from another site. Open the page here and try again.");
}
