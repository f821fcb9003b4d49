import { packetFault, REASON } from "./reasons.ts";

/** One whole packet, and where its body begins. */
export interface FramedPacket {
	readonly bytes: Buffer;
	readonly bodyAt: number;
}

/** Cuts a stream of bytes into packets. What it holds is never more than one packet and what came with it. */
export class Framer {
	readonly #limitBytes: number;
	#held: Buffer = Buffer.alloc(0);

	constructor(limitBytes: number) {
		this.#limitBytes = limitBytes;
	}

	get heldBytes(): number {
		return this.#held.length;
	}

	push(chunk: Buffer): void {
		this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
	}

	/** The next whole packet; undefined when more bytes are needed. Throws when its length is wrong or too large. */
	next(): FramedPacket | undefined {
		let length = 0;
		for (let at = 1; at <= 4; at++) {
			const byte = this.#held[at];
			if (byte === undefined) return undefined;
			length += (byte & 0x7f) * 128 ** (at - 1);
			if (byte < 0x80) return this.#take(at + 1, length);
		}
		throw packetFault(REASON.malformed, "The length of a packet takes more than four bytes.");
	}

	#take(bodyAt: number, length: number): FramedPacket | undefined {
		const end = bodyAt + length;
		if (end > this.#limitBytes)
			throw packetFault(REASON.packetTooLarge, `A packet is larger than the ${this.#limitBytes} bytes the door takes.`);
		if (this.#held.length < end) return undefined;
		const bytes = this.#held.subarray(0, end);
		this.#held = this.#held.subarray(end);
		return { bytes, bodyAt };
	}
}
