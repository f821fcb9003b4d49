import { isWeirError, WeirError } from "@weir/errors";
import { networkFailure, textOf, wrapped } from "../failure.ts";

/** The code that S3 gives with an answer: "NoSuchBucket". */
export function s3CodeOf(error: unknown): string {
	return error instanceof Error ? error.name : "";
}

/** The HTTP status of the answer; undefined: there was none. */
export function statusOf(error: unknown): number | undefined {
	const metadata =
		typeof error === "object" && error !== null ? (error as { $metadata?: { httpStatusCode?: unknown } }).$metadata : undefined;
	return typeof metadata?.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

/** Codes of a request that broke on its way: the same one may well succeed. */
const BROKEN_ON_THE_WAY: ReadonlySet<string> = new Set([
	"RequestTimeout",
	"IncompleteBody",
	"BadDigest",
	"XAmzContentSHA256Mismatch",
	"XAmzContentChecksumMismatch",
]);

/** The one place where errors of an S3 connection are sorted. */
export function s3Failure(error: unknown): WeirError {
	if (isWeirError(error)) return error;
	const status = statusOf(error);
	// Answers that are no XML are still answers; without one, the network is to blame.
	if (status === undefined || wrapped(error) !== undefined) return networkFailure("S3", error);
	const code = s3CodeOf(error);
	const said = textOf(error).replace(/\.$/, "");
	const options = { context: { s3Code: code, status }, cause: error };
	if (code === "RequestTimeTooSkewed") {
		return new WeirError("SINK_UNAVAILABLE", "S3 refuses requests because our clock and its clock differ; set both by NTP.", options);
	}
	if (code === "NoSuchBucket")
		return new WeirError("CONNECTION_TARGET_MISSING", "The bucket does not exist; make it, or check its name in the connection.", options);
	if (code === "InvalidAccessKeyId" || status === 401)
		return new WeirError("CONNECTION_DENIED", `S3 does not know the access key id: ${said}; check it in the connection.`, options);
	if (code === "SignatureDoesNotMatch") {
		return new WeirError("CONNECTION_DENIED", `S3 refuses the signature: ${said}; check the secret access key and the region.`, options);
	}
	if (status === 403) {
		return new WeirError(
			"CONNECTION_DENIED",
			`S3 refuses access: ${said}; give the access key the rights that the connection's help lists.`,
			options,
		);
	}
	if (status >= 300 && status < 400) {
		const message =
			"S3 says that the bucket is elsewhere, and redirects are not followed; enter the endpoint and region that it belongs to.";
		return new WeirError("CONNECTION_TARGET_MISSING", message, options);
	}
	if (BROKEN_ON_THE_WAY.has(code)) return new WeirError("CONNECTION_LOST", `A request to S3 broke on its way: ${said}.`, options);
	if (status === 404) return new WeirError("CONNECTION_TARGET_MISSING", `S3 does not find it: ${said}.`, options);
	if (status === 409 || status === 412 || status === 429 || status >= 500) {
		return new WeirError("SINK_UNAVAILABLE", `S3 cannot take more at the moment (${status}): ${said}.`, options);
	}
	return new WeirError("NODE_CONFIG_INVALID", `S3 cannot do what is asked (${code}): ${said}.`, options);
}
