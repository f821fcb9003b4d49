import { createServer, type IncomingMessage } from "node:http";
import { portOf, type Target } from "./doors.ts";

export interface HttpService {
	readonly target: Target;
	close(): Promise<void>;
}

/** What a path is answered with: JSON, or a status. */
export type Answers = Readonly<Record<string, unknown>>;

/** A service of the test's own that knows ada and her password "litre"; eve has the same password and may nothing. */
export async function startHttpService(answers: Answers): Promise<HttpService> {
	const server = createServer((request, response) => {
		const status = statusFor(request);
		const found = answers[request.url ?? ""];
		response.setHeader("content-type", "application/json");
		if (status !== 200) response.writeHead(status).end('{"message":"no"}');
		else if (found === undefined) response.writeHead(404).end("{}");
		else response.end(JSON.stringify(found));
	}).listen(0, "127.0.0.1");
	await new Promise((resolve) => server.once("listening", resolve));
	return {
		target: { host: "127.0.0.1", port: portOf(server) },
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function statusFor({ headers }: IncomingMessage): number {
	if (headers.authorization === basic("ada", "litre")) return 200;
	return headers.authorization === basic("eve", "litre") ? 403 : 401;
}

function basic(user: string, password: string): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** An address of HTTP at a host in any spelling. */
export function addressAt(host: string, port: number): string {
	return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
