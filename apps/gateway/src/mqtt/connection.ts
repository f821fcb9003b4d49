import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { asWeirError, isWeirError } from "@weir/errors";
import type { Logger } from "@weir/telemetry";
import {
	type IConnectPacket,
	type IPublishPacket,
	type ISubscribePacket,
	type IUnsubscribePacket,
	type Packet,
	type Parser,
	parser,
} from "mqtt-packet";
import type { Authenticator, DoorIdentity } from "../authenticate.ts";
import { checkConnect, checkPacket, PACKET, sessionExpiryOf } from "./check.ts";
import { type FramedPacket, Framer } from "./framer.ts";
import type { Publishing } from "./publishing.ts";
import { packetFault, REASON, type Reason, reasonOf } from "./reasons.ts";
import type { Session, Sessions } from "./sessions.ts";
import { Wire } from "./wire.ts";

export interface ConnectionOptions {
	readonly socket: Socket;
	readonly authenticator: Authenticator;
	readonly publishing: Publishing;
	readonly sessions: Sessions;
	readonly logger: Logger;
	readonly limitBytes: number;
	/** Tells who follows which device's commands. */
	readonly onCommands: (connection: Connection, follows: boolean) => void;
	readonly onClose: (connection: Connection) => void;
}

/** Publishes under way per connection; announced to MQTT 5 as its receive maximum. */
const IN_FLIGHT = 64;
const IN_FLIGHT_BYTES = 1024 * 1024;
const ALIASES = 32;
const COMMANDS_WAITING = 100;
/** How long a session of 3.1.1 that is not clean is kept. */
const SESSION_311_MS = 3_600_000;

/** One device on the line: reads packets one after the other, acknowledges what is stored, in the order it came. */
export class Connection {
	readonly #options: ConnectionOptions;
	readonly #framer: Framer;
	readonly #wire: Wire;
	readonly #acknowledgements: { isReady: boolean; send: () => void }[] = [];
	readonly #aliases = new Map<number, string>();
	readonly #relief: (() => void)[] = [];
	#parser: Parser | undefined;
	#decoded: Packet | undefined;
	#identity: DoorIdentity | undefined;
	#session: Session | undefined;
	#will: IConnectPacket["will"];
	#keepAliveMs = 0;
	readonly #openedAt = performance.now();
	#heardAt = performance.now();
	#inFlight = 0;
	#inFlightBytes = 0;
	#isPumping = false;
	#isEnding = false;
	#commandId = 0;

	constructor(options: ConnectionOptions) {
		this.#options = options;
		this.#framer = new Framer(options.limitBytes);
		const { socket } = options;
		this.#wire = new Wire(socket);
		socket.setNoDelay(true);
		socket.setKeepAlive(true, 60_000);
		socket.on("data", (chunk: Buffer) => {
			this.#heardAt = performance.now();
			this.#framer.push(chunk);
			if (!this.#isPumping) void this.#pump();
			else if (this.#framer.heldBytes > options.limitBytes) socket.pause();
		});
		socket.on("error", () => undefined);
		socket.on("close", () => this.#closed());
	}

	get identity(): DoorIdentity | undefined {
		return this.#identity;
	}

	/** Resolves when no publish waits for the log. */
	async untilIdle(): Promise<void> {
		while (this.#inFlight > 0) await new Promise<void>((resolve) => this.#relief.push(resolve));
	}

	/** Says why, where the version has a way to, and hangs up. */
	end(reason: Reason): void {
		if (this.#isEnding) return;
		this.#isEnding = true;
		// A door that closes says nothing about the device.
		if (reason === REASON.serverShuttingDown) this.#will = undefined;
		if (this.#session !== undefined) this.#wire.disconnect(reason);
		this.#options.socket.end();
		// Whoever does not hang up too is cut.
		setTimeout(() => this.#options.socket.destroy(), 1_000).unref();
	}

	/** Cuts connections that never introduced themselves, went silent, or whose credential has run out. */
	checkTime(connectMs: number): void {
		const silentMs = performance.now() - this.#heardAt;
		if (this.#session === undefined) {
			// However much it says: a CONNECT that trickles in holds a connection too.
			if (performance.now() - this.#openedAt > connectMs) this.#options.socket.destroy();
		} else if (this.#keepAliveMs > 0 && silentMs > this.#keepAliveMs * 1.5 && !this.#isPumping) this.end(REASON.keepAliveTimeout);
		if (this.#identity !== undefined && Date.now() >= this.#identity.expiresAtMs) this.end(REASON.notAuthorized);
	}

	/** Ends the connection when its credential no longer holds. */
	async checkCredential(): Promise<void> {
		const { authenticator } = this.#options;
		if (this.#identity !== undefined && !(await authenticator.holds(this.#identity).catch(() => true))) this.end(REASON.notAuthorized);
	}

	/** Delivers a command of the server to the device's own topic. */
	command(topic: string, payload: Buffer): void {
		const session = this.#session;
		const granted = session?.subscriptions.get(topic);
		if (session === undefined || granted === undefined) return;
		if (granted === 0 || session.sent.size >= COMMANDS_WAITING) {
			this.#wire.publish({ topic, payload, qos: 0, dup: false });
			return;
		}
		do this.#commandId = (this.#commandId % 65_535) + 1;
		while (session.sent.has(this.#commandId));
		session.sent.set(this.#commandId, { topic, payload });
		this.#wire.publish({ topic, payload, qos: 1, dup: false, messageId: this.#commandId });
	}

	async #pump(): Promise<void> {
		this.#isPumping = true;
		try {
			for (let packet = this.#framer.next(); packet !== undefined && !this.#isEnding; packet = this.#framer.next()) {
				await this.#handle(packet);
				if (this.#options.socket.isPaused()) this.#options.socket.resume();
			}
		} catch (thrown) {
			this.#refuse(thrown);
		} finally {
			this.#isPumping = false;
		}
	}

	async #handle(framed: FramedPacket): Promise<void> {
		const { bytes, bodyAt } = framed;
		const kind = (bytes[0] ?? 0) >> 4;
		if (this.#session === undefined) return this.#connect(framed, kind);
		checkPacket(bytes, bodyAt, this.#wire.version);
		switch (kind) {
			case PACKET.publish:
				return this.#publish(this.#decode(bytes) as IPublishPacket);
			case PACKET.puback:
				this.#session.sent.delete(bytes.readUInt16BE(bodyAt));
				return;
			case PACKET.pubrec:
				// Commands go out at quality 1 at most, so this answers nothing of ours; the handshake is finished all the same.
				if ((bytes[bodyAt + 2] ?? 0) < 0x80) this.#wire.acknowledge(PACKET.pubrel, bytes.readUInt16BE(bodyAt));
				return;
			case PACKET.pubrel:
				return this.#release(bytes.readUInt16BE(bodyAt));
			case PACKET.subscribe:
				return this.#subscribe(this.#decode(bytes) as ISubscribePacket, this.#session);
			case PACKET.unsubscribe:
				return this.#unsubscribe(this.#decode(bytes) as IUnsubscribePacket, this.#session);
			case PACKET.pingreq:
				return this.#wire.pingresp();
			case PACKET.disconnect:
				return this.#disconnect(framed, this.#session);
		}
	}

	async #connect({ bytes, bodyAt }: FramedPacket, kind: number): Promise<void> {
		const { authenticator, sessions, socket, limitBytes } = this.#options;
		// 3.1.0-1: whoever does not begin with CONNECT is no client.
		if (kind !== PACKET.connect) throw packetFault(REASON.protocolError, "The first packet was not a CONNECT.");
		this.#wire.version = checkConnect(bytes, bodyAt);
		const packet = this.#decode(bytes) as IConnectPacket;
		const { properties, password, username = "" } = packet;
		if (properties?.authenticationMethod !== undefined) return this.#turnAway(REASON.badUserOrPassword);
		const isClean = packet.clean !== false;
		if (packet.clientId === "" && !isClean && this.#wire.version === 4) return this.#turnAway(REASON.clientIdInvalid);
		let identity: DoorIdentity | undefined;
		try {
			identity = await authenticator.authenticate(password?.toString() ?? username);
		} catch {
			return this.#turnAway(REASON.serverUnavailable);
		}
		if (socket.destroyed) return;
		if (identity === undefined) return this.#turnAway(REASON.badUserOrPassword);
		const expiryMs = this.#wire.version === 5 ? (properties?.sessionExpiryInterval ?? 0) * 1_000 : isClean ? 0 : SESSION_311_MS;
		const { session, isPresent } = sessions.take(identity, { clientId: packet.clientId, isClean, expiryMs }, this);
		this.#identity = identity;
		this.#session = session;
		this.#will = packet.will;
		this.#keepAliveMs = (packet.keepalive ?? 0) * 1_000;
		this.#wire.connack(REASON.success, isPresent, {
			receiveMaximum: IN_FLIGHT,
			topicAliasMaximum: ALIASES,
			maximumPacketSize: limitBytes,
			wildcardSubscriptionAvailable: false,
			subscriptionIdentifiersAvailable: false,
			sharedSubscriptionAvailable: false,
			...(packet.clientId === "" ? { assignedClientIdentifier: session.clientId } : {}),
			...(expiryMs > session.expiryMs ? { sessionExpiryInterval: session.expiryMs / 1_000 } : {}),
		});
		if (session.subscriptions.size > 0) this.#options.onCommands(this, true);
		for (const [messageId, command] of session.sent) this.#wire.publish({ ...command, qos: 1, dup: true, messageId });
	}

	#turnAway(reason: Reason): void {
		this.#wire.connack(reason, false);
		this.#isEnding = true;
		this.#options.socket.end();
		this.#options.logger.info("A device was turned away at the MQTT door.", { reason, address: this.#options.socket.remoteAddress });
	}

	async #publish(packet: IPublishPacket): Promise<void> {
		const { qos, messageId: id = 0 } = packet;
		const session = this.#session;
		const identity = this.#identity;
		if (session === undefined || identity === undefined) return;
		const topic = this.#topicOf(packet);
		if (topic.startsWith("$")) throw packetFault(REASON.topicNameInvalid, "Topics that begin with $ belong to the server.");
		// 4.3.3: a repeat of what is stored, or about to be, is acknowledged and adds nothing.
		const before = qos !== 2 ? undefined : session.received.has(id) ? Promise.resolve(REASON.success) : session.storing.get(id);
		if (before !== undefined) {
			this.#acknowledge(PACKET.pubrec, id, before);
			return;
		}
		while (this.#inFlight >= IN_FLIGHT || this.#inFlightBytes > IN_FLIGHT_BYTES) {
			await new Promise<void>((resolve) => this.#relief.push(resolve));
		}
		const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
		const named = packet.properties?.userProperties?.["message-id"];
		const messageId = typeof named === "string" ? named : undefined;
		const { stored } = await this.#options.publishing.admit({ identity, version: this.#wire.version, topic, payload, messageId });
		this.#inFlight++;
		this.#inFlightBytes += payload.length;
		const land = () => {
			this.#inFlight--;
			this.#inFlightBytes -= payload.length;
			for (const relieve of this.#relief.splice(0)) relieve();
		};
		stored.then(land, land);
		if (qos === 2) keepRepeat(session, id, stored);
		if (qos > 0) this.#acknowledge(qos === 1 ? PACKET.puback : PACKET.pubrec, id, stored);
		else stored.catch((thrown: unknown) => this.#giveUp(thrown));
	}

	/** Acknowledges when it is stored, in the order of the publishes (4.6.0-2). */
	#acknowledge(kind: number, id: number, stored: Promise<Reason>): void {
		const place = { isReady: false, send: () => {} };
		this.#acknowledgements.push(place);
		stored.then(
			(reason) => {
				place.send = () => this.#wire.acknowledge(kind, id, reason);
				place.isReady = true;
				while (this.#acknowledgements[0]?.isReady) this.#acknowledgements.shift()?.send();
			},
			(thrown: unknown) => this.#giveUp(thrown),
		);
	}

	/** What was not stored is not acknowledged: the device is sent away and repeats it. */
	#giveUp(thrown: unknown): void {
		if (!this.#isEnding) {
			const fields = { failed: asWeirError(thrown), deviceId: this.#identity?.device };
			this.#options.logger.warn("A publish could not be stored; its device is sent away to try again.", fields);
		}
		this.end(REASON.serverBusy);
	}

	#topicOf({ topic, properties }: IPublishPacket): string {
		const alias = properties?.topicAlias;
		if (alias === undefined) return topic;
		if (alias > ALIASES) throw packetFault(REASON.topicAliasInvalid, "A topic alias is higher than the door said it takes.");
		if (topic !== "") this.#aliases.set(alias, topic);
		const known = this.#aliases.get(alias);
		if (known === undefined) throw packetFault(REASON.protocolError, "A topic alias was used before it was given a topic.");
		return known;
	}

	#release(id: number): void {
		this.#session?.received.delete(id);
		this.#wire.acknowledge(PACKET.pubcomp, id);
	}

	#subscribe({ messageId = 0, subscriptions }: ISubscribePacket, session: Session): void {
		const own = `commands/${this.#identity?.device}`;
		const granted = subscriptions.map(({ topic, qos }) => {
			if (topic !== own)
				return this.#wire.version === 5 ? (topic.startsWith("$share/") ? REASON.sharedNotSupported : REASON.notAuthorized) : 0x80;
			const quality = qos === 0 ? 0 : 1;
			session.subscriptions.set(topic, quality);
			return quality;
		});
		this.#wire.suback(messageId, granted);
		if (session.subscriptions.size > 0) this.#options.onCommands(this, true);
	}

	#unsubscribe({ messageId = 0, unsubscriptions }: IUnsubscribePacket, session: Session): void {
		const granted = unsubscriptions.map((topic) => (session.subscriptions.delete(topic) ? REASON.success : REASON.noSubscriptionExisted));
		this.#wire.unsuback(messageId, granted);
		if (session.subscriptions.size === 0) this.#options.onCommands(this, false);
	}

	#disconnect({ bytes, bodyAt }: FramedPacket, session: Session): void {
		if (this.#wire.version === 5) {
			const expiry = sessionExpiryOf(bytes, bodyAt);
			if (expiry !== undefined && expiry > 0 && session.expiryMs === 0) {
				throw packetFault(REASON.protocolError, "A session that ends with its connection cannot be kept by a DISCONNECT.");
			}
			if (expiry !== undefined) session.expiryMs = Math.min(expiry * 1_000, SESSION_311_MS);
		}
		// 0x04 is "disconnect with will"; every other leaves without it.
		if (this.#wire.version === 4 || bytes[bodyAt] !== 4) this.#will = undefined;
		this.#isEnding = true;
		this.#options.socket.end();
	}

	/** mqtt-packet tells its packets by event, in the same turn. */
	#decode(bytes: Buffer): Packet {
		if (this.#parser === undefined) {
			this.#parser = parser({ protocolVersion: this.#wire.version });
			this.#parser.on("packet", (packet) => {
				this.#decoded = packet;
			});
			this.#parser.on("error", (error: Error) => {
				throw packetFault(REASON.malformed, `A packet cannot be decoded: ${error.message}.`);
			});
		}
		this.#decoded = undefined;
		this.#parser.parse(bytes);
		if (this.#decoded === undefined) throw packetFault(REASON.malformed, "A packet cannot be decoded.");
		return this.#decoded;
	}

	#refuse(thrown: unknown): void {
		const error = asWeirError(thrown);
		const { logger, socket } = this.#options;
		const reason = isWeirError(thrown) ? reasonOf(thrown) : REASON.unspecified;
		const fields = { failed: error, reason, deviceId: this.#identity?.device, address: socket.remoteAddress };
		if (error.rule.blame === "internal") logger.error("A connection of the MQTT door failed.", fields);
		else logger.warn(`A packet closed its connection at the MQTT door: ${error.message}`, { ...fields, failed: undefined });
		if (this.#session === undefined && reason === REASON.unsupportedVersion) this.#turnAway(reason);
		else this.end(reason);
	}

	#closed(): void {
		this.#isEnding = true;
		const { publishing, sessions, onClose } = this.#options;
		const [identity, session, will] = [this.#identity, this.#session, this.#will];
		if (identity !== undefined && session !== undefined) {
			sessions.leave(identity, session, this);
			if (will !== undefined) {
				const published = {
					identity,
					version: this.#wire.version,
					topic: will.topic,
					payload: Buffer.from(will.payload),
					messageId: randomUUID(),
				};
				publishing.admit(published).catch((error: unknown) => this.#options.logger.warn("A will could not be stored.", { failed: error }));
			}
		}
		for (const relieve of this.#relief.splice(0)) relieve();
		onClose(this);
	}
}

/** Remembers a QoS 2 publish until its PUBREL. One that was refused ends with its PUBREC, so its id is free again. */
function keepRepeat(session: Session, id: number, stored: Promise<Reason>): void {
	session.storing.set(id, stored);
	stored.then(
		(reason) => {
			session.storing.delete(id);
			if (reason < 0x80) session.received.add(id);
		},
		() => session.storing.delete(id),
	);
}
