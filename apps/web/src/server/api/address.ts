/** Where a request comes from: the nearest proxy's word, which is the server's own socket when there is no proxy. */
export function addressOf(headers: Headers): string {
	const forwarded = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
	return forwarded === undefined || forwarded === "" ? "unknown" : forwarded.slice(0, 64);
}
