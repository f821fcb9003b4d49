import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, inflate, inflateRaw } from "node:zlib";
import { isWeirError, WeirError } from "@weir/errors";

export interface BodyLimits {
	/** Of the body as it comes over the wire. */
	readonly wireBytes: number;
	/** Of the body after inflation. */
	readonly bodyBytes: number;
}

/** Bytes of bodies that are being received or handled, over all requests: many slow large ones must not fill our memory. */
export class BodyBudget {
	readonly #limitBytes: number;
	#held = 0;

	constructor(limitBytes: number) {
		this.#limitBytes = limitBytes;
	}

	/** A purse for one request; `close` gives back what it took. */
	open(): { take(bytes: number): void; close(): void } {
		let taken = 0;
		return {
			take: (bytes) => {
				taken += bytes;
				this.#held += bytes;
				if (this.#held > this.#limitBytes) {
					throw new WeirError("LOG_FULL", "The gateway is busy with as many bodies as it may hold: send again in a moment.", {
						retryAfterMs: 1_000,
					});
				}
			},
			close: () => {
				this.#held -= taken;
				taken = 0;
			},
		};
	}
}

type Purse = ReturnType<BodyBudget["open"]>;

const CODINGS = { gzip: promisify(gunzip), "x-gzip": promisify(gunzip), deflate: inflateEither } as const;

/** Reads a body to its end and inflates it, never beyond the limits. */
export async function readBody(request: IncomingMessage, limits: BodyLimits, purse: Purse): Promise<Buffer> {
	const coding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
	if (coding !== "identity" && !(coding in CODINGS)) {
		throw new WeirError("REQUEST_TYPE_UNSUPPORTED", "The content encoding of the body must be gzip or deflate, or none.");
	}
	if (Number(request.headers["content-length"] ?? 0) > limits.wireBytes) throw tooLarge(limits.wireBytes);
	const raw = await collect(request, coding === "identity" ? Math.min(limits.wireBytes, limits.bodyBytes) : limits.wireBytes, purse);
	if (coding === "identity") return withoutMark(raw);
	try {
		const body = await CODINGS[coding as keyof typeof CODINGS](raw, { maxOutputLength: limits.bodyBytes });
		purse.take(body.length);
		return withoutMark(body);
	} catch (error) {
		if (isWeirError(error)) throw error;
		if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limits.bodyBytes);
		throw new WeirError("REQUEST_INVALID", `The body cannot be inflated: it is not what the content encoding ${coding} says.`, {
			cause: error,
		});
	}
}

/** Some tools begin every text with a byte order mark; it is no part of a record. */
function withoutMark(body: Buffer): Buffer {
	return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
}

function collect(request: IncomingMessage, limitBytes: number, purse: Purse): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		let first: Buffer | undefined;
		let rest: Buffer[] | undefined;
		let bytes = 0;
		const refuse = (error: unknown) => {
			request.removeAllListeners("data");
			request.resume();
			reject(error);
		};
		request.on("data", (chunk: Buffer) => {
			bytes += chunk.length;
			if (bytes > limitBytes) {
				refuse(tooLarge(limitBytes));
				return;
			}
			try {
				purse.take(chunk.length);
			} catch (error) {
				refuse(error);
				return;
			}
			if (first === undefined) first = chunk;
			else if (rest === undefined) rest = [first, chunk];
			else rest.push(chunk);
		});
		request.once("end", () => resolve(rest === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(rest, bytes)));
		request.once("close", () => {
			if (!request.complete) reject(new WeirError("REQUEST_INVALID", "The body ended before it was whole."));
		});
	});
}

/** RFC 9110 says zlib; some devices send the bare stream under the same name. */
async function inflateEither(bytes: Buffer, options: { readonly maxOutputLength: number }): Promise<Buffer> {
	const isZlib = bytes.length >= 2 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
	return promisify(isZlib ? inflate : inflateRaw)(bytes, options);
}

function tooLarge(limitBytes: number): WeirError {
	return new WeirError("REQUEST_TOO_LARGE", `The body is larger than the ${limitBytes} bytes the gateway takes: send smaller batches.`);
}

function codeOf(error: unknown): unknown {
	return error instanceof Error && "code" in error ? error.code : undefined;
}
