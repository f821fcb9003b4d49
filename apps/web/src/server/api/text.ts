import { WeirError } from "@weir/errors";
import type { HonoRequest } from "hono";

/** Refuses text that no database can keep, wherever it stands in a request: the character U+0000, and half of a surrogate pair. */
export async function checkText(request: HonoRequest): Promise<void> {
	if (/%00/.test(request.url)) throw unstorable("The address");
	if (!/json/i.test(request.header("content-type") ?? "")) return;
	// What is not JSON is told by the contract, with its own words.
	const body: unknown = await request.json().catch(() => undefined);
	const waiting: unknown[] = [body];
	for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
		if (typeof value === "string") {
			if (value.includes("\0") || !value.isWellFormed()) throw unstorable("A text of the request");
		} else if (typeof value === "object" && value !== null) {
			for (const [name, inner] of Object.entries(value)) waiting.push(name, inner ?? "");
		}
	}
}

function unstorable(what: string): WeirError {
	return new WeirError(
		"REQUEST_INVALID",
		`${what} holds U+0000 or half of a character, which cannot be stored: take it out and send again.`,
	);
}
