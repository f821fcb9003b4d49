/** What a client is told to do in a round of event time. */
export interface Round {
	readonly round: number;
	/** Start of the round's second of event time. */
	readonly startMs: number;
	readonly wish: Wish;
}

/** What a fault wants clients to send beside the usual. */
export interface Wish {
	/** So many times as many records. */
	readonly times?: number;
	/** Records that nobody can take: some are refused by the door, the others are to become dead letters. */
	readonly isPoisoned?: boolean;
	/** Records of devices whose clocks stand in 1970, or a year ahead. */
	readonly hasWrongClocks?: boolean;
	/** One client sends a record of this amount, which the workers do not survive. */
	readonly fatalLitres?: number;
	/** Everything is of devices that the oracle leaves out: it is going to be lost. */
	readonly isDoomed?: boolean;
}

/** What came of a round. */
export interface RoundResult {
	readonly round: number;
	/** Acknowledged records that pass the filter. */
	readonly kept: number;
	/** Acknowledged records that must become dead letters. */
	readonly dead: number;
	/** What the door did that it must not. */
	readonly misbehaviour: readonly string[];
}

/** A post that was not taken, told at once; status 0: there was no answer. */
export interface Refusal {
	readonly refused: number;
}

/** How a client is started. */
export interface ClientOrders {
	readonly name: string;
	readonly readings: string;
	/** Address of the second source. */
	readonly valves?: string | undefined;
	readonly token: string;
	/** Its books are `<book>.readings.ndjson`, `<book>.valves.ndjson` and `<book>.dead.ndjson`. */
	readonly book: string;
	readonly seed: number;
	/** Its messages carry no id: where it did not get an answer, its records may be there twice. */
	readonly isAnonymous: boolean;
}

export const BOOKS = ["readings", "valves", "dead"] as const;
