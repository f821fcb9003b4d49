import net from "node:net";

/** A way to a server that a test can cut, hold and open again. */
export class Gate {
	readonly port: number;
	readonly #server: net.Server;
	readonly #sockets = new Set<net.Socket>();
	#isCut = false;

	private constructor(server: net.Server, port: number) {
		this.#server = server;
		this.port = port;
	}

	static async open(target: { readonly host: string; readonly port: number }): Promise<Gate> {
		const server = net.createServer();
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const gate = new Gate(server, (server.address() as net.AddressInfo).port);
		server.on("connection", (client) => gate.#join(client, target));
		return gate;
	}

	/** Ends every connection and refuses new ones. */
	cut(): void {
		this.#isCut = true;
		this.dropAll();
	}

	mend(): void {
		this.#isCut = false;
	}

	/** Ends every connection; new ones are taken. */
	dropAll(): void {
		for (const socket of this.#sockets) socket.destroy();
	}

	close(): void {
		this.dropAll();
		this.#server.close();
	}

	#join(client: net.Socket, target: { readonly host: string; readonly port: number }): void {
		if (this.#isCut) {
			client.destroy();
			return;
		}
		const server = net.connect(target.port, target.host);
		for (const [from, to] of [
			[client, server],
			[server, client],
		] as const) {
			this.#sockets.add(from);
			from.on("error", () => {});
			from.on("close", () => {
				this.#sockets.delete(from);
				to.destroy();
			});
			from.pipe(to);
		}
	}
}

/** The same address by another port of this machine. */
export function byPort(url: string, port: number): string {
	const address = new URL(url);
	address.hostname = "127.0.0.1";
	address.port = String(port);
	return address.href;
}
