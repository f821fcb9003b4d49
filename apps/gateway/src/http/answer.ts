import { type ServerResponse, STATUS_CODES } from "node:http";
import type { WeirError } from "@weir/errors";
import type { SplitFault } from "@weir/formats";
import type { Durability } from "@weir/jobs";

/** What a device is told of a record that was not taken. */
export interface RefusedRecord {
	readonly index: number;
	readonly line: number;
	readonly column: number;
	readonly code: string;
	readonly reason: string;
}

const JSON_TYPE = "application/json; charset=utf-8";
/** How a body says that it is a refusal (RFC 9457). */
const PROBLEM_TYPE = "application/problem+json";
const REFUSED_SHOWN = 100;

/** The form of a refused record in an answer. */
export function refusedOf({ index, line, column, code, reason }: SplitFault): RefusedRecord {
	return { index, line, column, code, reason };
}

/** Everything that could be stored is stored. */
export function answerStored(
	response: ServerResponse,
	stored: { readonly accepted: number; readonly duplicates: number; readonly refused: readonly SplitFault[] },
	durability: Durability,
): void {
	const { accepted, duplicates, refused } = stored;
	const body =
		refused.length === 0
			? `{"accepted":${accepted},"duplicates":${duplicates},"refused":[]}`
			: JSON.stringify({
					accepted,
					duplicates,
					refused: refused.slice(0, REFUSED_SHOWN).map(refusedOf),
					...(refused.length > REFUSED_SHOWN ? { refusedMore: refused.length - REFUSED_SHOWN } : {}),
				});
	if (durability === "memory") send(response, 202, body, { durability: "memory" });
	else send(response, 200, body, {});
}

/** Nothing is stored; the answer, a problem document, says why and, where it helps, where and when to try again. */
export function answerFailure(response: ServerResponse, error: WeirError, details: Readonly<Record<string, unknown>> = {}): void {
	const { http, blame } = error.rule;
	const detail = blame === "internal" ? "The gateway failed at this request; nothing of it counts as stored." : error.message;
	const headers: Record<string, string> = { "content-type": PROBLEM_TYPE };
	if (http === 429 || http === 503) headers["retry-after"] = String(Math.max(1, Math.ceil((error.retryAfterMs ?? 1_000) / 1_000)));
	if (http === 401) headers["www-authenticate"] = 'Bearer realm="weir", Basic realm="weir"';
	if (http === 405) headers.allow = "POST";
	const problem = { type: "about:blank", title: STATUS_CODES[http] ?? "Refused", status: http, detail, code: error.code, ...details };
	send(response, http, JSON.stringify(problem), headers);
}

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string>): void {
	if (response.destroyed || response.headersSent) return;
	response.writeHead(status, { "content-type": JSON_TYPE, "content-length": Buffer.byteLength(body), ...headers });
	response.end(body);
}
