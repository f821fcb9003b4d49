/** Name of the cookie that holds the sign-in. `__Host-` binds it to this host and needs https; plain http is for localhost. */
export function sessionCookieName(publicUrl: string): string {
	return publicUrl.startsWith("https:") ? "__Host-weir.session" : "weir.session";
}

/** A cookie's value in a Cookie header. */
export function cookieValue(header: string | null, name: string): string | undefined {
	for (const part of header?.split(";") ?? []) {
		const at = part.indexOf("=");
		if (at > 0 && part.slice(0, at).trim() === name) return decoded(part.slice(at + 1).trim());
	}
	return undefined;
}

/** A cookie that nobody can decode is none of ours. */
function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}
