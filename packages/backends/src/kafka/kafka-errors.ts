import { isWeirError, WeirError } from "@weir/errors";

/** Numbers of the protocol's errors that we decide by (https://kafka.apache.org/protocol#protocol_error_codes). */
export const KAFKA = {
	unexpected: -1,
	offsetOutOfRange: 1,
	unknownTopic: 3,
	leaderNotAvailable: 5,
	notLeader: 6,
	timedOut: 7,
	messageTooLarge: 10,
	coordinatorLoading: 14,
	coordinatorNotAvailable: 15,
	notCoordinator: 16,
	recordListTooLarge: 18,
	notEnoughReplicas: 19,
	notEnoughReplicasAfterAppend: 20,
	topicExists: 36,
	invalidPartitions: 37,
	policyViolation: 44,
	outOfOrderSequence: 45,
	duplicateSequence: 46,
	invalidProducerEpoch: 47,
	invalidTxnState: 48,
	invalidProducerMapping: 49,
	concurrentTransactions: 51,
	unknownProducer: 59,
	fencedLeaderEpoch: 74,
	unknownLeaderEpoch: 75,
	throttlingQuota: 89,
	producerFenced: 90,
	transactionAbortable: 120,
} as const;

/** The same request may succeed a little later, perhaps at another broker. */
const PASSING: ReadonlySet<number> = new Set([
	KAFKA.unknownTopic,
	KAFKA.leaderNotAvailable,
	KAFKA.notLeader,
	KAFKA.timedOut,
	KAFKA.notEnoughReplicas,
	KAFKA.notEnoughReplicasAfterAppend,
	KAFKA.coordinatorLoading,
	KAFKA.coordinatorNotAvailable,
	KAFKA.notCoordinator,
	KAFKA.fencedLeaderEpoch,
	KAFKA.unknownLeaderEpoch,
]);

/** Somebody else holds the transactional id, or the broker has forgotten ours. */
const FENCED: ReadonlySet<number> = new Set([
	KAFKA.invalidProducerEpoch,
	KAFKA.producerFenced,
	KAFKA.invalidProducerMapping,
	KAFKA.invalidTxnState,
]);

/** The error numbers in an answer of the broker; none when no answer came. */
export function codesOf(error: unknown): readonly number[] {
	if (typeof error !== "object" || error === null) return [];
	const { apiCode, errors, cause } = error as { apiCode?: unknown; errors?: unknown; cause?: unknown };
	if (typeof apiCode === "number") return [apiCode];
	if (Array.isArray(errors)) return errors.flatMap(codesOf);
	return cause === undefined ? [] : codesOf(cause);
}

/** The error names in an answer of the broker. */
function namesOf(error: unknown): readonly string[] {
	if (typeof error !== "object" || error === null) return [];
	const { apiId, errors } = error as { apiId?: unknown; errors?: unknown };
	if (typeof apiId === "string") return [apiId];
	return Array.isArray(errors) ? [...new Set(errors.flatMap(namesOf))] : [];
}

export function isPassing(error: unknown): boolean {
	const codes = codesOf(error);
	return codes.length > 0 && codes.every((code) => PASSING.has(code));
}

export function isFenced(error: unknown): boolean {
	return codesOf(error).some((code) => FENCED.has(code));
}

/** The broker stumbled over itself, which it does when two take over each other's transactions: nobody knows what became of the request. */
export function isUnexpected(error: unknown): boolean {
	return codesOf(error).includes(KAFKA.unexpected);
}

/** Sorts what Kafka or the way to it answered: full, too large, refused, or away. */
export function sortKafkaError(error: unknown): WeirError {
	if (isWeirError(error)) return error;
	const codes = codesOf(error);
	if (codes.some((code) => code === KAFKA.policyViolation || code === KAFKA.throttlingQuota)) return kafkaFull(error);
	if (codes.some((code) => code === KAFKA.messageTooLarge || code === KAFKA.recordListTooLarge)) {
		return new WeirError(
			"RECORD_TOO_LARGE",
			"A record is larger than Kafka takes: send smaller ones, or raise max.message.bytes of the topic.",
			{
				cause: error,
			},
		);
	}
	const names = namesOf(error).join(", ");
	const text = names !== "" ? names : error instanceof Error ? error.message : String(error);
	return new WeirError(
		"LOG_UNAVAILABLE",
		`The log cannot be used: check that the Kafka at KAFKA_BROKERS is running and lets us in (${text})`,
		{
			cause: error,
		},
	);
}

/** The log takes no more. */
export function kafkaFull(cause?: unknown): WeirError {
	return new WeirError("LOG_FULL", "The log is full: give Kafka more disk, or shorten the retention of the streams.", {
		retryAfterMs: 5_000,
		...(cause === undefined ? {} : { cause }),
	});
}
