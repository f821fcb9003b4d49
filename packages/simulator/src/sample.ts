/** One record as a device would send it. */
export interface Sample {
	/** When it happened, in milliseconds since 1970. */
	readonly atMs: number;
	/** The text that is posted or published. */
	readonly body: string;
}

export type Samples = Iterable<Sample> | AsyncIterable<Sample>;

/** One thing that is sent: a record, a record once more, or a broken line. */
export interface Delivery {
	readonly kind: "record" | "duplicate" | "bad";
	/** When it is sent, on the clock of the samples. */
	readonly sendAtMs: number;
	readonly sample: Sample;
	readonly body: string;
}
