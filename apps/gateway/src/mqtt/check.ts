import { Cursor } from "./cursor.ts";
import { checkProperties } from "./properties.ts";
import { packetFault, REASON } from "./reasons.ts";
import { checkFilter, checkTopic } from "./topics.ts";

/** Kinds of packet by the upper half of the first byte. */
export const PACKET = {
	connect: 1,
	publish: 3,
	puback: 4,
	pubrec: 5,
	pubrel: 6,
	pubcomp: 7,
	subscribe: 8,
	unsubscribe: 10,
	pingreq: 12,
	disconnect: 14,
} as const;

export type Version = 4 | 5;

/** What the lower half of the first byte must be; a PUBLISH has its own rule. */
const FLAGS: Readonly<Record<number, number>> = {
	[PACKET.puback]: 0,
	[PACKET.pubrec]: 0,
	[PACKET.pubrel]: 2,
	[PACKET.pubcomp]: 0,
	[PACKET.subscribe]: 2,
	[PACKET.unsubscribe]: 2,
	[PACKET.pingreq]: 0,
	[PACKET.disconnect]: 0,
};

const SUBACK = 9;
const UNSUBACK = 11;
const ACK_REASONS = new Set([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);
const RELEASE_REASONS = new Set([0x00, 0x92]);
const SESSION_EXPIRY = 17;
const TOPIC_ALIAS = 35;

/**
 * Throws at the first thing in a packet that the standard forbids a client to send. mqtt-packet decodes what passes;
 * by itself it lets much through that must close the connection. `bodyAt` is the first byte behind the fixed header.
 */
export function checkPacket(packet: Buffer, bodyAt: number, version: Version): void {
	const first = packet[0] ?? 0;
	const kind = first >> 4;
	const flags = first & 0x0f;
	const body = new Cursor(packet, bodyAt, packet.length);
	const wanted = FLAGS[kind];
	if (wanted === undefined) {
		if (kind === SUBACK || kind === UNSUBACK) checkFlags(flags, 0);
		if (kind !== PACKET.publish) throw packetFault(REASON.protocolError, "A packet came that a connected client may not send.");
		checkPublish(body, flags, version);
		return;
	}
	checkFlags(flags, wanted);
	if (kind === PACKET.subscribe) checkSubscribe(body, version);
	else if (kind === PACKET.unsubscribe) checkUnsubscribe(body, version);
	else if (kind === PACKET.disconnect) checkDisconnect(body, version);
	else if (kind === PACKET.pingreq) checkEnd(body);
	else checkAck(body, kind === PACKET.pubrel || kind === PACKET.pubcomp ? RELEASE_REASONS : ACK_REASONS, version);
}

/** Checks a CONNECT and answers its version. An unknown version is a fault of its own: it has its own answer. */
export function checkConnect(packet: Buffer, bodyAt: number): Version {
	checkFlags((packet[0] ?? 0) & 0x0f, 0);
	const body = new Cursor(packet, bodyAt, packet.length);
	const name = body.text();
	const version = body.byte();
	if (name !== "MQTT" && name !== "MQIsdp") throw packetFault(REASON.malformed, "The protocol name of the CONNECT is not MQTT.");
	if (name !== "MQTT" || (version !== 4 && version !== 5)) {
		throw packetFault(REASON.unsupportedVersion, "The door speaks MQTT 3.1.1 and 5.");
	}
	const flags = body.byte();
	const [hasUser, hasPassword, willRetain, willQos, hasWill] = [flags & 128, flags & 64, flags & 32, (flags >> 3) & 3, flags & 4];
	if (flags & 1) throw packetFault(REASON.malformed, "The reserved flag of the CONNECT is set.");
	if (willQos === 3 || (!hasWill && (willQos > 0 || willRetain)))
		throw packetFault(REASON.malformed, "The will flags of the CONNECT are wrong.");
	if (version === 4 && hasPassword && !hasUser)
		throw packetFault(REASON.malformed, "A password without a user name is not allowed in 3.1.1.");
	body.short();
	if (version === 5) checkProperties(body, "connect");
	body.text();
	if (hasWill) {
		if (version === 5) checkProperties(body, "will");
		checkTopic(body.text());
		body.binary();
	}
	if (hasUser) body.text();
	if (hasPassword) body.binary();
	checkEnd(body);
	return version;
}

/** Answers the session expiry interval that a DISCONNECT of MQTT 5 sets; undefined when it sets none. */
export function sessionExpiryOf(packet: Buffer, bodyAt: number): number | undefined {
	const body = new Cursor(packet, bodyAt + 1, packet.length);
	return body.left > 0 ? checkProperties(body, "disconnect").get(SESSION_EXPIRY) : undefined;
}

function checkPublish(body: Cursor, flags: number, version: Version): void {
	const qos = (flags >> 1) & 3;
	if (qos === 3) throw packetFault(REASON.malformed, "A PUBLISH has a quality of service of 3.");
	if (qos === 0 && flags & 8) throw packetFault(REASON.malformed, "A PUBLISH of quality 0 is marked as a repeat.");
	const topic = body.text();
	if (qos > 0) checkId(body);
	const hasAlias = version === 5 && checkProperties(body, "publish").has(TOPIC_ALIAS);
	if (topic !== "" || !hasAlias) checkTopic(topic);
}

function checkAck(body: Cursor, reasons: ReadonlySet<number>, version: Version): void {
	checkId(body);
	if (version === 5 && body.left > 0) {
		if (!reasons.has(body.byte())) throw packetFault(REASON.protocolError, "An acknowledgement has a reason code that it may not have.");
		if (body.left > 0) checkProperties(body, "ack");
	}
	checkEnd(body);
}

function checkSubscribe(body: Cursor, version: Version): void {
	checkId(body);
	if (version === 5) checkProperties(body, "subscribe");
	if (body.left === 0) throw packetFault(REASON.malformed, "A SUBSCRIBE names no topic.");
	while (body.left > 0) {
		const filter = body.text();
		const options = body.byte();
		const isForbidden = version === 4 ? options > 2 : (options & 3) === 3 || (options & 0x30) === 0x30 || options > 0x3f;
		if (isForbidden) throw packetFault(REASON.malformed, "The options of a SUBSCRIBE are wrong.");
		checkFilter(filter);
		if (filter.startsWith("$share/") && version === 5) checkShared(filter, options);
	}
}

function checkShared(filter: string, options: number): void {
	const [, name = "", ...rest] = filter.split("/");
	if (name === "" || rest.join("/") === "" || options & 4) {
		throw packetFault(REASON.protocolError, "A shared subscription is written wrongly.");
	}
}

function checkUnsubscribe(body: Cursor, version: Version): void {
	checkId(body);
	if (version === 5) checkProperties(body, "unsubscribe");
	if (body.left === 0) throw packetFault(REASON.malformed, "An UNSUBSCRIBE names no topic.");
	while (body.left > 0) checkFilter(body.text());
}

function checkDisconnect(body: Cursor, version: Version): void {
	if (version === 5 && body.left > 0) {
		body.byte();
		if (body.left > 0) checkProperties(body, "disconnect");
	}
	checkEnd(body);
}

function checkId(body: Cursor): void {
	if (body.short() === 0) throw packetFault(REASON.protocolError, "A packet that needs an id has the id 0.");
}

function checkFlags(flags: number, wanted: number): void {
	if (flags !== wanted) throw packetFault(REASON.malformed, "The flags of a packet are not what the standard says.");
}

function checkEnd(body: Cursor): void {
	if (body.left > 0) throw packetFault(REASON.malformed, "The packet is longer than its parts.");
}
