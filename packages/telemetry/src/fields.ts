import { isWeirError } from "@weir/errors";

const HIDDEN = "•••";

/** The only field names that reach a log line. A name that is not here prints as hidden: add it when its values can never be secret. */
const ALLOWED: ReadonlySet<string> = new Set(
	`action active address at attempt backlog bytes capacity checkpoint clientId code connectionId count credentialId cursor deadLetterId delayMs deviceId durationMs
	durability edgeId endpointId event eventTime exchange exchangeId expected failed field file flowId flowVersion format found from generation health host
	idleMs index jobId key kind lag late limit limitBytes limitMs line linger memberId messageId method migration mode name nodeId offset operation owner packet
	partition partitions path phase pid planId port ports position process protocol queue rate reason record records remaining requestId retryAfterMs role
	route rows scope seed sessions signal size slice sliceId source stage state status stream streamId subject table tasks taskId tenant tenantId
	tenantSlug to topic total version wanted watermark worker workerId`.split(/\s+/),
);

const DEPTH = 4;

/** Keeps what is on the list of allowed field names and hides every other value, at any depth. */
export function allowedFields(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
	const kept: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(fields)) {
		if (value === undefined) continue;
		if (value instanceof Error) kept[name] = describeError(value);
		else kept[name] = ALLOWED.has(name) ? allowedValue(value, depth) : HIDDEN;
	}
	return kept;
}

function allowedValue(value: unknown, depth: number): unknown {
	if (typeof value === "bigint") return value.toString();
	if (value instanceof Error) return describeError(value);
	if (value instanceof Date) return value.toISOString();
	if (value === null || typeof value !== "object") return value;
	if (depth >= DEPTH) return HIDDEN;
	if (Array.isArray(value)) return value.slice(0, 50).map((one) => allowedValue(one, depth + 1));
	return allowedFields({ ...value }, depth + 1);
}

/** What a log line says about an error: code, sentence, allowed context, stack and causes. */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
	if (!(error instanceof Error)) return { message: typeof error === "string" ? error : HIDDEN };
	const described: Record<string, unknown> = { message: error.message };
	if (isWeirError(error)) {
		described.code = error.code;
		described.context = allowedFields(error.context);
	} else if ("code" in error && typeof error.code === "string") described.code = error.code;
	if (error.stack !== undefined) described.stack = error.stack;
	if (error.cause !== undefined && depth < DEPTH) described.cause = describeError(error.cause, depth + 1);
	return described;
}
