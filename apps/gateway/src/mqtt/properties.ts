import type { WeirError } from "@weir/errors";
import type { Cursor } from "./cursor.ts";
import { packetFault, REASON } from "./reasons.ts";

type Kind = "byte" | "short" | "long" | "variable" | "binary" | "text" | "pair";

/** Which packets of a client may carry a property; `will` is the will's own list in a CONNECT. */
export type Carrier = "connect" | "will" | "publish" | "ack" | "subscribe" | "unsubscribe" | "disconnect";

interface PropertyRule {
	readonly kind: Kind;
	readonly in: readonly Carrier[];
	readonly isFlag?: true;
	readonly isPositive?: true;
}

// 2.2.2.2 of MQTT 5. A property that no client may send is known all the same: it is out of place, not malformed.
const RULES: Readonly<Record<number, PropertyRule>> = {
	1: { kind: "byte", in: ["publish", "will"], isFlag: true },
	2: { kind: "long", in: ["publish", "will"] },
	3: { kind: "text", in: ["publish", "will"] },
	8: { kind: "text", in: ["publish", "will"] },
	9: { kind: "binary", in: ["publish", "will"] },
	11: { kind: "variable", in: ["subscribe"], isPositive: true },
	17: { kind: "long", in: ["connect", "disconnect"] },
	18: { kind: "text", in: [] },
	19: { kind: "short", in: [] },
	21: { kind: "text", in: ["connect"] },
	22: { kind: "binary", in: ["connect"] },
	23: { kind: "byte", in: ["connect"], isFlag: true },
	24: { kind: "long", in: ["will"] },
	25: { kind: "byte", in: ["connect"], isFlag: true },
	26: { kind: "text", in: [] },
	28: { kind: "text", in: ["disconnect"] },
	31: { kind: "text", in: ["ack", "disconnect"] },
	33: { kind: "short", in: ["connect"], isPositive: true },
	34: { kind: "short", in: ["connect"] },
	35: { kind: "short", in: ["publish"], isPositive: true },
	36: { kind: "byte", in: [] },
	37: { kind: "byte", in: [] },
	38: { kind: "pair", in: ["connect", "will", "publish", "ack", "subscribe", "unsubscribe", "disconnect"] },
	39: { kind: "long", in: ["connect"], isPositive: true },
	40: { kind: "byte", in: [] },
	41: { kind: "byte", in: [] },
	42: { kind: "byte", in: [] },
};

const USER_PROPERTY = 38;

/** Walks a property list and throws for what the standard forbids; what is malformed comes before what is out of place. Answers its numbers by id. */
export function checkProperties(packet: Cursor, carrier: Carrier): ReadonlyMap<number, number> {
	const found = new Map<number, number>();
	let fault: WeirError | undefined;
	const list = packet.part(packet.variable());
	while (list.left > 0) {
		const id = list.variable();
		const rule = RULES[id];
		if (rule === undefined) throw packetFault(REASON.malformed, "The packet carries a property that does not exist.");
		const value = readValue(list, rule.kind);
		fault ??= faultOf(id, rule, value, found.has(id), carrier);
		found.set(id, value);
	}
	if (fault !== undefined) throw fault;
	return found;
}

function faultOf(id: number, rule: PropertyRule, value: number, isRepeated: boolean, carrier: Carrier): WeirError | undefined {
	if (!rule.in.includes(carrier)) {
		const reason = carrier === "subscribe" || carrier === "unsubscribe" ? REASON.malformed : REASON.protocolError;
		return packetFault(reason, "The packet carries a property that belongs to another kind of packet.");
	}
	if (id !== USER_PROPERTY && isRepeated) return packetFault(REASON.protocolError, "The packet carries a property twice.");
	if ((rule.isFlag && value > 1) || (rule.isPositive && value === 0)) {
		return packetFault(REASON.protocolError, "A property of the packet has a value that it may not have.");
	}
	return undefined;
}

function readValue(list: Cursor, kind: Kind): number {
	switch (kind) {
		case "byte":
			return list.byte();
		case "short":
			return list.short();
		case "long":
			return list.long();
		case "variable":
			return list.variable();
		case "binary":
			list.binary();
			return 0;
		case "text":
			list.text();
			return 0;
		case "pair":
			list.text();
			list.text();
			return 0;
	}
}
