import { connect, createServer, type Server, type Socket } from "node:net";
import { createSecureContext, TLSSocket, type TLSSocketOptions } from "node:tls";

/** A server of the test's own in front of a service, or of nothing. */
export interface Door {
	readonly port: number;
	/** How many have come. */
	readonly visits: () => number;
	/** How many are inside. */
	readonly open: () => number;
	close(): Promise<void>;
}

export interface Target {
	readonly host: string;
	readonly port: number;
}

/** Hands everything on to a service, and counts. */
export function plainDoor(target: Target, host = "127.0.0.1"): Promise<Door> {
	return openDoor(host, (socket) => pipe(socket, target));
}

/** Takes connections and never says a word. */
export function silentDoor(): Promise<Door> {
	return openDoor("127.0.0.1", (socket) => {
		socket.resume();
	});
}

/** Takes connections and hangs up; whoever comes has come to a place that is closed to it. */
export function trap(host: string, port?: number): Promise<Door> {
	return openDoor(
		host,
		(socket) => {
			socket.destroy();
		},
		port,
	);
}

/** Ends TLS before a service that speaks none. `before` is what the protocol says in clear first. */
export function tlsDoor(target: Target, tls: TLSSocketOptions, before?: (socket: Socket) => Promise<void>): Promise<Door> {
	const { cert, key, ca, ...options } = tls;
	const secureContext = createSecureContext({ cert, key, ca });
	return openDoor("127.0.0.1", async (socket) => {
		await before?.(socket);
		const secure = new TLSSocket(socket, { ...options, isServer: true, secureContext });
		secure.once("secure", () => {
			const isRefused = options.requestCert === true && secure.getPeerCertificate().subject === undefined;
			if (isRefused) secure.destroy();
			else pipe(secure, target);
		});
		secure.on("error", () => socket.destroy());
	});
}

function pipe(socket: Socket, { host, port }: Target): void {
	const inner = connect(port, host);
	socket.pipe(inner).pipe(socket);
	for (const [one, other] of [
		[socket, inner],
		[inner, socket],
	] as const) {
		one.on("error", () => other.destroy());
		one.on("close", () => other.destroy());
	}
}

async function openDoor(host: string, take: (socket: Socket) => void | Promise<void>, wanted = 0): Promise<Door> {
	const inside = new Set<Socket>();
	let visits = 0;
	const server = createServer((socket) => {
		visits += 1;
		inside.add(socket);
		socket.on("close", () => inside.delete(socket));
		socket.on("error", () => {});
		void take(socket);
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(wanted, host, resolve);
	});
	return {
		port: portOf(server),
		visits: () => visits,
		open: () => inside.size,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of inside) socket.destroy();
			}),
	};
}

/** Where a server listens. */
export function portOf(server: Server): number {
	const address = server.address();
	if (typeof address !== "object" || address === null) throw new Error("The server does not listen.");
	return address.port;
}
