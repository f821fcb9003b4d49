/** Where to go after signing in: only a path of our own, never another site's address. */
export function safeNext(next: string | undefined): string {
	if (!next?.startsWith("/") || next.startsWith("//") || next.includes("\\")) return "/";
	return next;
}
