/** What a job takes over from the one before it at the version cut, besides the places of its sources. Decided once, when that one has stopped for good. */
export interface HandOver {
	/** Exchanges whose streams go on, by exchange. */
	readonly exchanges: Readonly<Record<string, CarriedExchange>>;
	/** Stages of the job before whose checkpoints could not be read: what they held is lost. */
	readonly unreadable: readonly string[];
}

export interface CarriedExchange {
	/** The job that the stream is named after. */
	readonly job: string;
	/** Rows that were on their way at the cut, by `<stage>/<partition>` of their reader. */
	readonly rows: Readonly<Record<string, number>>;
}

/** Whose stream an exchange of a job is: its own, or the one it goes on with. */
export function exchangeOwner(job: string, carried: HandOver | undefined, exchange: string): string {
	return carried?.exchanges[exchange]?.job ?? job;
}
