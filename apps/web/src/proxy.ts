import { type NextRequest, NextResponse } from "next/server";

/** Gives every page a fresh nonce and its content security policy. It never decides who may see what: each handler does. */
export function proxy(request: NextRequest): NextResponse {
	const nonce = btoa(crypto.randomUUID());
	const isDev = process.env.NODE_ENV === "development";
	const policy = [
		"default-src 'self'",
		// The SQL parser that checks expressions in the browser is WebAssembly.
		`script-src 'self' 'nonce-${nonce}' 'strict-dynamic' 'wasm-unsafe-eval'${isDev ? " 'unsafe-eval'" : ""}`,
		// The canvas places nodes with style attributes, which no nonce can cover.
		"style-src 'self' 'unsafe-inline'",
		"img-src 'self' data: blob:",
		"font-src 'self'",
		`connect-src 'self'${isDev ? " ws:" : ""}`,
		"worker-src 'self' blob:",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	].join("; ");

	const headers = new Headers(request.headers);
	headers.delete("x-middleware-subrequest");
	headers.set("x-nonce", nonce);
	headers.set("content-security-policy", policy);
	const response = NextResponse.next({ request: { headers } });
	response.headers.set("content-security-policy", policy);
	return response;
}

export const config = {
	matcher: [{ source: "/((?!api/|_next/static|_next/image|favicon|icon).*)" }],
};
