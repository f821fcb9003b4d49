import net from "node:net";
import { setTimeout as pause } from "node:timers/promises";

interface Address {
	readonly host: string;
	readonly port: number;
}

/** A way to a server that can be cut, made slow, and opened again. */
export class Gate {
	readonly port: number;
	readonly #server: net.Server;
	readonly #sockets = new Set<net.Socket>();
	#isCut = false;
	#delayMs = 0;

	private constructor(server: net.Server, port: number) {
		this.#server = server;
		this.port = port;
	}

	static async open(target: Address): Promise<Gate> {
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

	/** Opens what was cut, and ends the slowness. */
	mend(): void {
		this.#isCut = false;
		this.#delayMs = 0;
	}

	/** Everything takes this much longer, each way. */
	slow(delayMs: number): void {
		this.#delayMs = delayMs;
	}

	/** Ends every connection; new ones are taken. */
	dropAll(): void {
		for (const socket of this.#sockets) socket.destroy();
	}

	close(): void {
		this.dropAll();
		this.#server.close();
	}

	#join(client: net.Socket, target: Address): void {
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
			void this.#carry(from, to);
		}
	}

	async #carry(from: net.Socket, to: net.Socket): Promise<void> {
		try {
			for await (const bytes of from) {
				if (this.#delayMs > 0) await pause(this.#delayMs);
				if (!to.write(bytes)) await new Promise((resolve) => to.once("drain", resolve).once("close", resolve));
			}
			to.end();
		} catch {
			to.destroy(); // the other side broke: this one must see it too
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
