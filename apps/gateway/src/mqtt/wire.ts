import type { Socket } from "node:net";
import { generate, type IConnackPacket, type IPublishPacket } from "mqtt-packet";
import { PACKET, type Version } from "./check.ts";
import { RETURN_CODE_311, type Reason } from "./reasons.ts";

/** Bytes a client may leave unread before it is cut: a slow subscriber must not fill our memory. */
const UNREAD_BYTES = 1024 * 1024;

/** Writes packets to a client; what is written in one turn of the event loop goes out together. */
export class Wire {
	readonly #socket: Socket;
	#isCorked = false;
	version: Version = 4;

	constructor(socket: Socket) {
		this.#socket = socket;
	}

	connack(reason: Reason, isPresent: boolean, properties: NonNullable<IConnackPacket["properties"]> = {}): void {
		const packet: IConnackPacket =
			this.version === 5
				? { cmd: "connack", reasonCode: reason, sessionPresent: isPresent, properties }
				: { cmd: "connack", returnCode: reason === 0 ? 0 : (RETURN_CODE_311[reason] ?? 5), sessionPresent: isPresent };
		this.#write(generate(packet, { protocolVersion: this.version }));
	}

	/** PUBACK, PUBREC, PUBREL or PUBCOMP; a reason exists in MQTT 5 only. */
	acknowledge(kind: number, id: number, reason: Reason = 0): void {
		const first = (kind << 4) | (kind === PACKET.pubrel ? 2 : 0);
		const body = this.version === 5 && reason !== 0 ? [3, id >> 8, id & 0xff, reason] : [2, id >> 8, id & 0xff];
		this.#write(Buffer.from([first, ...body]));
	}

	suback(id: number, granted: readonly number[]): void {
		this.#write(generate({ cmd: "suback", messageId: id, granted: [...granted] }, { protocolVersion: this.version }));
	}

	unsuback(id: number, granted: readonly number[]): void {
		this.#write(generate({ cmd: "unsuback", messageId: id, granted: [...granted] }, { protocolVersion: this.version }));
	}

	publish(packet: Pick<IPublishPacket, "topic" | "payload" | "qos" | "dup"> & { readonly messageId?: number }): void {
		this.#write(generate({ cmd: "publish", retain: false, ...packet }, { protocolVersion: this.version }));
	}

	pingresp(): void {
		this.#write(Buffer.from([0xd0, 0]));
	}

	/** The last packet; only MQTT 5 has one from the server. */
	disconnect(reason: Reason): void {
		if (this.version === 5) this.#write(Buffer.from([0xe0, 1, reason]));
	}

	#write(bytes: Buffer): void {
		const socket = this.#socket;
		if (!socket.writable) return;
		if (!this.#isCorked) {
			this.#isCorked = true;
			socket.cork();
			process.nextTick(() => {
				this.#isCorked = false;
				socket.uncork();
			});
		}
		socket.write(bytes);
		if (socket.writableLength > UNREAD_BYTES) socket.destroy();
	}
}
