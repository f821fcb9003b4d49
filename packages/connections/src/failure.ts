import { isWeirError, WeirError } from "@weir/errors";

/** What a client's error says about itself. */
export function textOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** The code of a socket's or client's error, also when the client wrapped it. */
function codeOf(error: unknown): string | undefined {
	for (
		let at: unknown = error, depth = 0;
		typeof at === "object" && at !== null && depth < 5;
		at = (at as { cause?: unknown }).cause, depth++
	) {
		const { code } = at as { code?: unknown };
		if (typeof code === "string") return code;
	}
	return undefined;
}

/** What our own guard or clock said inside a client's error. */
export function wrapped(error: unknown): WeirError | undefined {
	for (
		let at: unknown = error, depth = 0;
		typeof at === "object" && at !== null && depth < 5;
		at = (at as { cause?: unknown }).cause, depth++
	) {
		if (isWeirError(at)) return at;
	}
	return undefined;
}

/** A sentence for what the check of a certificate found; `shown` names the certificate. */
export function trustText(code: string, shown: string, host: string): string {
	switch (code) {
		case "DEPTH_ZERO_SELF_SIGNED_CERT":
		case "SELF_SIGNED_CERT_IN_CHAIN":
		case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
		case "UNABLE_TO_GET_ISSUER_CERT":
		case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
			return `The certificate of ${shown} is not signed by an authority that is trusted here; paste the certificate of your own authority under "Own authority".`;
		case "CERT_HAS_EXPIRED":
			return `The certificate of ${shown} has expired; renew it on the server.`;
		case "CERT_NOT_YET_VALID":
			return `The certificate of ${shown} is not valid yet; check the clock of the server.`;
		case "ERR_TLS_CERT_ALTNAME_INVALID":
			return `The certificate of ${shown} is for other names than ${host}; connect by a name that stands in it, or issue it for this one.`;
		case "CERT_SIGNATURE_FAILURE":
			return `The certificate of ${shown} is signed by somebody else than the authority given here; check "Own authority".`;
		default:
			return `The certificate of ${shown} is not trusted (${code}); check it on the server, and "Own authority" here.`;
	}
}

/** How a name looks at the start of a sentence: "The broker". */
export function atStart(system: string): string {
	return system.charAt(0).toUpperCase() + system.slice(1);
}

/** Sorts what sockets, resolvers and TLS say; `system` is who was talked to. Adapters ask it when an error is none of their own. */
export function networkFailure(system: string, error: unknown): WeirError {
	const own = wrapped(error);
	if (own !== undefined) return own;
	const code = codeOf(error);
	const said = textOf(error).replace(/\.$/, "");
	const options = { context: { networkCode: code }, cause: error };
	const named = atStart(system);
	switch (code) {
		case "ECONNREFUSED":
			return new WeirError("CONNECTION_REFUSED", `Nothing listens at the address of ${system}; check host and port.`, options);
		case "ENOTFOUND":
		case "EAI_AGAIN":
		case "ENODATA":
			return new WeirError("CONNECTION_REFUSED", `The host name of ${system} cannot be found; check its spelling.`, options);
		case "ETIMEDOUT":
		case "EHOSTUNREACH":
		case "ENETUNREACH":
			return new WeirError("CONNECTION_SLOW", `${named} does not answer in time; check host, port and firewall.`, options);
		case "EPROTO":
		case "ERR_SSL_WRONG_VERSION_NUMBER":
		case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
			return new WeirError(
				"CONNECTION_DENIED",
				`${named} does not speak TLS at this port; switch encryption on there, or off here.`,
				options,
			);
		default:
	}
	if (/certificate required|bad certificate|unknown ca|alert certificate/i.test(said)) {
		const message = `${named} refuses our client certificate: ${said}; give one that its authority signed, with its key.`;
		return new WeirError("CONNECTION_DENIED", message, options);
	}
	if (code !== undefined && /CERT|SIGNATURE|ISSUER/.test(code)) {
		return new WeirError("CONNECTION_DENIED", trustText(code, system, "this host"), options);
	}
	if (/time(d )?out/i.test(said)) return new WeirError("CONNECTION_SLOW", `${named} does not answer in time.`, options);
	if (/certificate|SSL|TLS|PEM/i.test(said)) {
		return new WeirError("CONNECTION_DENIED", `The encrypted connection to ${system} fails: ${said}.`, options);
	}
	return new WeirError("CONNECTION_LOST", `The connection to ${system} broke: ${said}.`, options);
}
