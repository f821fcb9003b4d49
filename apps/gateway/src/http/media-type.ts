import { WeirError } from "@weir/errors";

const LINES = new Set(["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"]);
const WHOLE = new Set(["application/json", "application/senml+json", "text/json"]);

/** True when the body is one record per line. Throws REQUEST_TYPE_UNSUPPORTED for what the doors do not read. */
export function isLines(contentType: string | undefined): boolean {
	if (contentType === undefined || contentType === "application/json") return false;
	const semicolon = contentType.indexOf(";");
	const type = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
	const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase();
	if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
		throw new WeirError("REQUEST_TYPE_UNSUPPORTED", "The body must be UTF-8.");
	}
	if (LINES.has(type)) return true;
	if (WHOLE.has(type)) return false;
	throw new WeirError(
		"REQUEST_TYPE_UNSUPPORTED",
		`The content type is ${type.slice(0, 100)} and must be application/json, application/senml+json or, for one record per line, application/x-ndjson: add \`-H 'Content-Type: application/json'\` to your curl command, or set the header in your program.`,
	);
}
