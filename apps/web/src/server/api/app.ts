import { randomUUID } from "node:crypto";
import { WeirError } from "@weir/errors";
import { bodyLimit } from "hono/body-limit";
import { INCOMING } from "../front/incoming.ts";
import { openApiDocument } from "./document.ts";
import { guarded, newApi } from "./guarded.ts";
import { answerFor } from "./refusal.ts";
import { accountRoutes } from "./routes/account.ts";
import { connectionRoutes } from "./routes/connections.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { deployRoutes } from "./routes/deploys.ts";
import { deviceRoutes } from "./routes/devices.ts";
import { endpointRoutes } from "./routes/endpoints.ts";
import { flowRoutes } from "./routes/flows.ts";
import { liveRoutes } from "./routes/live.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { replayRoutes } from "./routes/replays.ts";
import { storageRoutes } from "./routes/storage.ts";
import type { ApiServices } from "./services.ts";

const BODY_AT_MOST = 4 * 1024 * 1024;

/** The public API, mounted at /api/v1. */
export function createApi(services: ApiServices) {
	const api = newApi();
	api.onError((error, c) => answerFor(error, c, services.logger));
	api.notFound((c) => answerFor(new WeirError("ACCESS_NOT_FOUND", "There is no such address in this API."), c, services.logger));
	api.use(async (c, next) => {
		const requestId = randomUUID();
		c.set("requestId", requestId);
		c.header("x-request-id", requestId);
		if (c.req.header(INCOMING.malformed) !== undefined) {
			throw new WeirError("REQUEST_INVALID", "The address holds a % that begins no character: write %25 for a percent sign.");
		}
		await next();
		if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
	});
	api.use(
		bodyLimit({
			maxSize: BODY_AT_MOST,
			onError: () => {
				throw new WeirError("REQUEST_TOO_LARGE", "The request is larger than 4 MB.");
			},
		}),
	);
	let text: string | undefined;
	const document = guarded(services, "GET /openapi.json", {
		summary: "This document",
		responses: { 200: { description: "OpenAPI 3.1." } },
	});
	return api
		.openapi(document, () => {
			text ??= JSON.stringify(openApiDocument(api));
			return new Response(text, { headers: { "content-type": "application/json" } });
		})
		.route("/", accountRoutes(services))
		.route("/", flowRoutes(services))
		.route("/", deployRoutes(services))
		.route("/", metricsRoutes(services))
		.route("/", replayRoutes(services))
		.route("/", endpointRoutes(services))
		.route("/", storageRoutes(services))
		.route("/", deviceRoutes(services))
		.route("/", deadLetterRoutes(services))
		.route("/", connectionRoutes(services))
		.route("/", liveRoutes(services));
}

/**
 * For a typed client: `hc<Api>(origin + "/api/v1")`.
 * @public
 */
export type Api = ReturnType<typeof createApi>;
