import { ApiError } from "./api-error.ts";

interface FieldFault {
	readonly path: string;
	readonly message: string;
}

function isFault(value: unknown): value is FieldFault {
	return (
		typeof value === "object" &&
		value !== null &&
		"path" in value &&
		typeof value.path === "string" &&
		"message" in value &&
		typeof value.message === "string"
	);
}

/** Faults the server found with single fields of a form, by path. */
export function fieldFaults(error: unknown): Record<string, string> {
	if (!(error instanceof ApiError) || typeof error.body !== "object" || error.body === null || !("error" in error.body)) return {};
	const inner = error.body.error;
	if (typeof inner !== "object" || inner === null || !("fields" in inner) || !Array.isArray(inner.fields)) return {};
	return Object.fromEntries(inner.fields.filter(isFault).map(({ path, message }) => [path, message]));
}
