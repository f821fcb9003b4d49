import { request as ask, createServer, type IncomingMessage } from "node:http";

/**
 * What becomes of a request.
 * - a number: it is answered with this status and goes no further
 * - `lost-answer`: it is done, and the connection breaks before the answer
 * - `cut-body`: the connection breaks in the middle of its body
 */
export type Fault = number | "lost-answer" | "cut-body" | undefined;

export interface FaultProxy {
	readonly endpoint: string;
	/** Asked of every request. */
	fault: (request: IncomingMessage) => Fault;
	/** Nobody is there: connections break at once. */
	isAway: boolean;
	close(): Promise<void>;
}

/** Stands before an HTTP server and spoils what it is told to. */
export async function faultProxy(target: string): Promise<FaultProxy> {
	const { hostname, port } = new URL(target);
	const server = createServer((request, response) => {
		const fault = proxy.fault(request);
		if (typeof fault === "number") {
			request.resume().on("end", () => response.writeHead(fault, { "content-type": "application/xml" }).end(errorText(fault)));
			return;
		}
		const onward = ask({ hostname, port, method: request.method, path: request.url, headers: request.headers });
		onward.on("error", () => response.destroy());
		onward.on("response", (answer) => {
			if (fault === "lost-answer") {
				answer.resume().on("end", () => response.destroy());
				return;
			}
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(response);
		});
		if (fault === "cut-body") {
			request.once("data", (bytes: Buffer) => {
				onward.write(bytes.subarray(0, bytes.length >> 1), () => {
					onward.destroy();
					response.destroy();
				});
			});
			return;
		}
		request.pipe(onward);
	});
	server.on("connection", (socket) => {
		socket.on("error", () => {});
		if (proxy.isAway) socket.destroy();
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	const proxy: FaultProxy = {
		endpoint: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
		fault: () => undefined,
		isAway: false,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
	return proxy;
}

function errorText(status: number): string {
	const code = status === 403 ? "AccessDenied" : status === 503 ? "SlowDown" : "InternalError";
	return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>As the test wants it.</Message></Error>`;
}
