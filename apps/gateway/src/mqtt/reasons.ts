import { WeirError } from "@weir/errors";

/** Reason codes of MQTT 5 that the door gives (2.4 of the standard). */
export const REASON = {
	success: 0x00,
	noMatchingSubscribers: 0x10,
	noSubscriptionExisted: 0x11,
	unspecified: 0x80,
	malformed: 0x81,
	protocolError: 0x82,
	unsupportedVersion: 0x84,
	clientIdInvalid: 0x85,
	badUserOrPassword: 0x86,
	notAuthorized: 0x87,
	serverUnavailable: 0x88,
	serverBusy: 0x89,
	serverShuttingDown: 0x8b,
	keepAliveTimeout: 0x8d,
	sessionTakenOver: 0x8e,
	topicNameInvalid: 0x90,
	packetIdInUse: 0x91,
	packetIdNotFound: 0x92,
	topicAliasInvalid: 0x94,
	packetTooLarge: 0x95,
	messageRateTooHigh: 0x96,
	payloadFormatInvalid: 0x99,
	sharedNotSupported: 0x9e,
} as const;

export type Reason = (typeof REASON)[keyof typeof REASON];

/** Return codes of a 3.1.1 CONNACK for the reasons that have one. */
export const RETURN_CODE_311: Partial<Record<Reason, number>> = {
	[REASON.unsupportedVersion]: 1,
	[REASON.clientIdInvalid]: 2,
	[REASON.serverUnavailable]: 3,
	[REASON.badUserOrPassword]: 4,
	[REASON.notAuthorized]: 5,
};

/** A packet that ends the connection; `reason` goes out in a DISCONNECT of MQTT 5. */
export function packetFault(reason: Reason, sentence: string): WeirError {
	return new WeirError("REQUEST_INVALID", sentence, { context: { reason } });
}

/** The reason a fault carries; anything else is unspecified. */
export function reasonOf(error: WeirError): Reason {
	const { reason } = error.context;
	return Object.values(REASON).find((one) => one === reason) ?? REASON.unspecified;
}
