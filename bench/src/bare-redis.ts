import net from "node:net";

const RECEIVE_BYTES = 1 << 20;
const CR_LF = Buffer.from("\r\n");

/**
 * The barest client of Redis that can be written, as a yardstick: commands are pipelined as they are given, answers come back in their order as the
 * flat list of what they hold. It knows no errors, no reconnecting and no time limits.
 */
export class BareRedis {
	readonly #socket: net.Socket;
	readonly #waiting: ((values: readonly Buffer[]) => void)[] = [];
	#values: Buffer[] = [];
	/** What is still to come of each array that has begun. */
	readonly #open: number[] = [];
	/** Received and not read yet: from #from to #to. */
	#bytes = Buffer.allocUnsafeSlow(RECEIVE_BYTES);
	#from = 0;
	#to = 0;

	private constructor(url: string, ready: () => void) {
		const { hostname, port } = new URL(url);
		this.#socket = net.connect({
			host: hostname,
			port: Number(port),
			noDelay: true,
			onread: {
				buffer: Buffer.allocUnsafeSlow(RECEIVE_BYTES),
				callback: (length, received) => {
					this.#receive(received as Buffer, length);
					return true;
				},
			},
		});
		this.#socket.once("connect", ready);
	}

	static async connect(url: string): Promise<BareRedis> {
		let made: BareRedis | undefined;
		await new Promise<void>((ready) => {
			made = new BareRedis(url, ready);
		});
		if (made === undefined) throw new Error("The client was not made.");
		return made;
	}

	call(parts: readonly (string | Buffer)[]): Promise<readonly Buffer[]> {
		return new Promise((resolve) => {
			this.#waiting.push(resolve);
			const socket = this.#socket;
			socket.cork();
			let text = `*${parts.length}\r\n`;
			for (const part of parts) {
				if (typeof part === "string") text += `$${Buffer.byteLength(part)}\r\n${part}\r\n`;
				else {
					socket.write(`${text}$${part.length}\r\n`);
					socket.write(part);
					text = "\r\n";
				}
			}
			socket.write(text);
			socket.uncork();
		});
	}

	close(): void {
		this.#socket.destroy();
	}

	#receive(received: Buffer, length: number): void {
		if (this.#to + length > this.#bytes.length) {
			// What was handed out lies in the old memory, so that is left to it.
			const left = this.#to - this.#from;
			const larger = Buffer.allocUnsafeSlow(Math.max(8 * RECEIVE_BYTES, 2 * (left + length)));
			this.#bytes.copy(larger, 0, this.#from, this.#to);
			this.#bytes = larger;
			this.#from = 0;
			this.#to = left;
		}
		received.copy(this.#bytes, this.#to, 0, length);
		this.#to += length;
		while (this.#readOne());
	}

	/** Reads the next value, or the head of the next array; false: it is not whole yet. */
	#readOne(): boolean {
		const bytes = this.#bytes;
		const end = bytes.subarray(0, this.#to).indexOf(CR_LF, this.#from);
		if (end < 0) return false;
		const type = bytes[this.#from];
		if (type === 0x24) {
			const length = Number(bytes.toString("latin1", this.#from + 1, end));
			const start = end + 2;
			if (length >= 0) {
				if (start + length + 2 > this.#to) return false;
				this.#values.push(bytes.subarray(start, start + length));
			}
			this.#from = length < 0 ? start : start + length + 2;
		} else if (type === 0x2a) {
			const length = Number(bytes.toString("latin1", this.#from + 1, end));
			this.#from = end + 2;
			if (length > 0) {
				this.#open.push(length);
				return true;
			}
		} else if (type === 0x2d) throw new Error(`Redis answers ${bytes.toString("latin1", this.#from, end)}.`);
		else {
			this.#values.push(bytes.subarray(this.#from + 1, end));
			this.#from = end + 2;
		}
		this.#close();
		return true;
	}

	#close(): void {
		for (;;) {
			const left = this.#open.pop();
			if (left === undefined) break;
			if (left > 1) {
				this.#open.push(left - 1);
				return;
			}
		}
		const values = this.#values;
		this.#values = [];
		this.#waiting.shift()?.(values);
	}
}
