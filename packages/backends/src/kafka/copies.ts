/** Copies of a stream where there are brokers for them: one may be away, and one more be lost, and all is still there. */
export const REPLICAS = 3;
const REPLICAS_IN_SYNC = 2;

/** Where no other broker has a copy, what is acknowledged must be on this one's disk. */
export const FLUSH_EACH = { "flush.messages": "1" } as const;

/** How a new topic of a log with so many brokers is kept. */
export function copiesOf(brokers: number): { readonly replicas: number; readonly settings: Readonly<Record<string, string>> } {
	if (brokers < REPLICAS) return { replicas: -1, settings: {} };
	return { replicas: REPLICAS, settings: { "min.insync.replicas": String(REPLICAS_IN_SYNC) } };
}

/** What makes a new stream of devices' records as sure as the log usually makes it. */
export function sureness(brokers: number): Readonly<Record<string, string>> {
	return brokers < REPLICAS ? FLUSH_EACH : {};
}
