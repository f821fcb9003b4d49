import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { DoorEndpoint } from "@weir/db/gateway";
import { asWeirError, WeirError } from "@weir/errors";
import type { SplitFault } from "@weir/formats";
import type { Durability } from "@weir/jobs";
import type { Logger } from "@weir/telemetry";
import type { Authenticator, DoorIdentity } from "../authenticate.ts";
import type { DoorCounters } from "../counters.ts";
import type { DoorDirectory } from "../directory.ts";
import type { Ingest } from "../ingest.ts";
import type { Splitters } from "../splitters.ts";
import { answerFailure, answerStored, refusedOf } from "./answer.ts";
import { BodyBudget, type BodyLimits, readBody } from "./body.ts";
import { isLines } from "./media-type.ts";
import { queryTokenOf, tokenOf } from "./token.ts";

export interface HttpDoorOptions {
	readonly port: number;
	readonly host: string;
	readonly directory: DoorDirectory;
	readonly authenticator: Authenticator;
	readonly ingest: Ingest;
	readonly splitters: Splitters;
	readonly counters: DoorCounters;
	/** How sure what an endpoint has acknowledged is. */
	durabilityOf(endpoint: DoorEndpoint): Durability;
	readonly logger: Logger;
	readonly limits: BodyLimits & { readonly heldBytes: number; readonly connections: number };
	/** How long a request may take to arrive whole: shorter for tests. */
	readonly requestMs?: number;
}

export interface Door {
	readonly port: number;
	/** Takes no more, lets what is under way finish for up to `graceMs`, then cuts. */
	close(graceMs: number): Promise<void>;
}

const ADDRESS = /^\/v1\/([A-Za-z0-9_-]{1,128})(?:\?|$)/;
const PATIENCE = { ms: 2_000, waitsWhenFull: false };

/** Opens `POST /v1/<endpoint>`. */
export async function openHttpDoor(options: HttpDoorOptions): Promise<Door> {
	const { requestMs = 30_000, limits, logger } = options;
	const life = { isClosing: false, bodies: new BodyBudget(limits.heldBytes) };
	const server = createServer(
		{
			// A client that trickles its headers or its body is cut; a kept connection may be silent for a minute.
			headersTimeout: Math.min(requestMs, 10_000),
			requestTimeout: requestMs,
			keepAliveTimeout: 65_000,
			connectionsCheckingInterval: Math.min(requestMs, 2_000),
			maxHeaderSize: 8_192,
			noDelay: true,
		},
		(request, response) => void handle(request, response, options, life),
	);
	server.maxConnections = limits.connections;
	server.on("clientError", (error: Error & { readonly code?: string }, socket: Socket) => {
		if (!socket.writable) return;
		const status =
			error.code === "ERR_HTTP_REQUEST_TIMEOUT"
				? "408 Request Timeout"
				: error.code === "HPE_HEADER_OVERFLOW"
					? "431 Request Header Fields Too Large"
					: "400 Bad Request";
		socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(options.port, options.host, resolve);
	});
	server.on("error", (error) => logger.error("The HTTP door reported an error.", { failed: error }));
	return {
		port: (server.address() as AddressInfo).port,
		close: (graceMs) => {
			life.isClosing = true;
			return closeServer(server, graceMs);
		},
	};
}

/** What all requests of a door share. */
interface Life {
	/** A door that closes lets each connection go with its answer; kept ones would hold it open. */
	isClosing: boolean;
	readonly bodies: BodyBudget;
}

async function handle(request: IncomingMessage, response: ServerResponse, options: HttpDoorOptions, life: Life): Promise<void> {
	const purse = life.bodies.open();
	const outcome = await receive(request, options, purse);
	purse.close();
	if (life.isClosing) response.shouldKeepAlive = false;
	outcome(response);
}

/** Takes what a request brings and answers how to answer it. */
async function receive(
	request: IncomingMessage,
	options: HttpDoorOptions,
	purse: ReturnType<BodyBudget["open"]>,
): Promise<(response: ServerResponse) => void> {
	const { authenticator, counters, directory, ingest, limits, logger, splitters } = options;
	let endpoint: DoorEndpoint | undefined;
	try {
		const url = request.url ?? "";
		const key = ADDRESS.exec(url)?.[1];
		if (key === undefined) throw noSuchEndpoint();
		if (request.method !== "POST") throw new WeirError("REQUEST_METHOD_UNSUPPORTED", "Records are sent with POST.");
		const found = await enter(key, url, request, directory, authenticator);
		endpoint = found.endpoint;
		const lines = isLines(request.headers["content-type"]);
		const deliveryId = deliveryIdOf(request);
		const body = await readBody(request, limits, purse);
		if (body.length === 0) return (response) => answerNothing(response, [], lines);
		const { records, faults } = splitters.of(endpoint).split(body, lines);
		for (const fault of faults) counters.refused(endpoint, fault.code);
		if (records.length === 0) return (response) => answerNothing(response, faults, lines);
		const delivery = { endpoint, identity: found.identity, topic: "", body, records, deliveryId, patience: PATIENCE };
		const waitMs = ingest.admit(delivery);
		if (waitMs > 0) throw tooMuch(waitMs);
		const written = await ingest.store(delivery);
		const durability = options.durabilityOf(endpoint);
		return (response) => answerStored(response, { ...written, refused: faults }, durability);
	} catch (thrown) {
		const error = asWeirError(thrown);
		if (endpoint !== undefined && error.rule.blame === "user") counters.refused(endpoint, error.code);
		if (error.rule.blame === "internal") logger.error("A request to the HTTP door failed.", { failed: error, endpointId: endpoint?.id });
		return (response) => answerFailure(response, error);
	}
}

/** Who posts, and where to; a foreign tenant's endpoint is not there. */
async function enter(
	key: string,
	url: string,
	request: IncomingMessage,
	directory: DoorDirectory,
	authenticator: Authenticator,
): Promise<{ readonly endpoint: DoorEndpoint; readonly identity: DoorIdentity }> {
	const header = tokenOf(request);
	const query = header === undefined ? queryTokenOf(url) : undefined;
	const endpoint = await directory.endpoint(key);
	const token = header ?? (endpoint?.settings.allowQueryToken === true ? query : undefined);
	const identity = token === undefined ? undefined : await authenticator.authenticate(token);
	if (identity === undefined) {
		throw new WeirError("ACCESS_SIGNED_OUT", "The token is missing, unknown, expired or revoked: send `Authorization: Bearer <token>`.");
	}
	if (endpoint === undefined || endpoint.protocol !== "http" || endpoint.tenant !== identity.tenant) throw noSuchEndpoint();
	return { endpoint, identity };
}

function deliveryIdOf(request: IncomingMessage): string | undefined {
	const id = request.headers["idempotency-key"];
	if (id === undefined) return undefined;
	if (typeof id === "string" && id.length > 0 && id.length <= 256) return id;
	throw new WeirError("REQUEST_INVALID", "An Idempotency-Key has 1 to 256 characters.");
}

/** Not one record was good. */
function answerNothing(response: ServerResponse, faults: readonly SplitFault[], lines: boolean): void {
	const [first] = faults;
	if (first === undefined) {
		answerFailure(response, new WeirError("REQUEST_INVALID", "The body holds no record."), { line: 1, column: 1 });
		return;
	}
	// A second value on a line of its own is what lines look like that came under the type of a single value.
	const hint =
		!lines && first.line > 1 && first.reason.startsWith("Something follows")
			? " If the body has one record per line, send it with `Content-Type: application/x-ndjson`."
			: "";
	const message = `${first.reason} Line ${first.line}, column ${first.column}.${hint}`;
	answerFailure(response, new WeirError(first.code, message), {
		line: first.line,
		column: first.column,
		refused: faults.slice(0, 100).map(refusedOf),
	});
}

function noSuchEndpoint(): WeirError {
	return new WeirError("ACCESS_NOT_FOUND", "There is no such endpoint: copy the address from the Connect panel of its source.");
}

function tooMuch(retryAfterMs: number): WeirError {
	return new WeirError("RATE_LIMITED", "More records came than this device, endpoint or tenant may send: wait before you send again.", {
		retryAfterMs,
	});
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	server.closeIdleConnections();
	const cut = setTimeout(() => server.closeAllConnections(), graceMs);
	await closed;
	clearTimeout(cut);
}
