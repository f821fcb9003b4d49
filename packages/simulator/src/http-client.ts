import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { WeirError } from "@weir/errors";
import type { Client, Outcome, Target } from "./client.ts";

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;
const ANSWER_LIMIT_MS = 15_000;
const HOPELESS = new Set([401, 403, 404, 405, 413, 415]);

interface Answer {
	readonly accepted?: number;
	readonly duplicates?: number;
	readonly refused?: readonly unknown[];
	readonly refusedMore?: number;
	readonly detail?: string;
}

/** Posts records; a request that gets no answer is sent again under the same Idempotency-Key. */
export function createHttpClient(
	target: Extract<Target, { as: "http" }>,
	options: { readonly connections: number; readonly signal: AbortSignal },
): Client {
	const run = randomUUID();
	let requests = 0;

	async function post(
		body: string,
		type: string,
		key: string,
	): Promise<{ status: number; answer: Answer; retryAfterMs: number | undefined }> {
		const headers = { authorization: `Bearer ${target.token}`, "content-type": type, "idempotency-key": key };
		const signal = AbortSignal.any([options.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
		const response = await fetch(target.endpoint, { method: "POST", headers, body, signal });
		const text = await response.text();
		const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
		return { status: response.status, answer: parse(text), retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined };
	}

	return {
		window: options.connections,
		async send(deliveries, onRetry): Promise<Outcome> {
			const key = `${run}-${++requests}`;
			const body = deliveries.map((delivery) => delivery.body).join("\n");
			const type = deliveries.length === 1 ? "application/json" : "application/x-ndjson";
			for (let delayMs = RETRY_MIN_MS; ; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
				let waitMs = delayMs;
				try {
					const { status, answer, retryAfterMs } = await post(body, type, key);
					if (status === 200 || status === 202) return countOf(answer, deliveries.length);
					if (status === 400 || status === 422) return { accepted: 0, refused: deliveries.length };
					if (HOPELESS.has(status))
						throw new WeirError("CONNECTION_DENIED", `The door answers ${status}: ${answer.detail ?? "no reason given"}`);
					onRetry(`The door answers ${status}.`);
					waitMs = retryAfterMs ?? delayMs;
				} catch (error) {
					if (options.signal.aborted || (error instanceof WeirError && error.code === "CONNECTION_DENIED")) throw error;
					onRetry(error instanceof Error ? error.message : String(error));
				}
				await pause(waitMs, undefined, { signal: options.signal });
			}
		},
		async close() {},
	};
}

function parse(text: string): Answer {
	try {
		return JSON.parse(text) as Answer;
	} catch {
		return {}; // a proxy's page, say: the status decides
	}
}

function countOf(answer: Answer, sent: number): Outcome {
	const refused = (answer.refused?.length ?? 0) + (answer.refusedMore ?? 0);
	const accepted = (answer.accepted ?? sent - refused) + (answer.duplicates ?? 0);
	return { accepted, refused };
}
