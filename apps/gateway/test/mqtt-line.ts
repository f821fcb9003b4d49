import net from "node:net";

/** A client that sends what it is told to, and gets whole packets. */
export class MqttLine {
	readonly #socket: net.Socket;
	#held = Buffer.alloc(0);
	#isOver = false;
	#wake = () => {};

	constructor(port: number) {
		this.#socket = net.connect(port, "127.0.0.1");
		this.#socket.on("data", (chunk) => {
			this.#held = Buffer.concat([this.#held, chunk]);
			this.#wake();
		});
		for (const event of ["end", "close", "error"] as const) {
			this.#socket.on(event, () => {
				this.#isOver = true;
				this.#wake();
			});
		}
	}

	send(bytes: Buffer): void {
		if (this.#socket.writable) this.#socket.write(bytes);
	}

	/** The next packet, of at most 127 bytes; undefined when the door has hung up. */
	async packet(): Promise<Buffer | undefined> {
		for (;;) {
			const length = this.#held[1];
			if (length !== undefined && this.#held.length >= 2 + length) {
				const packet = this.#held.subarray(0, 2 + length);
				this.#held = this.#held.subarray(2 + length);
				return packet;
			}
			if (this.#isOver) return undefined;
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
	}

	cut(): void {
		this.#socket.destroy();
	}
}
