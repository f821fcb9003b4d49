import { countAtDoor, noteTopics, type Redis } from "@weir/backends/log";
import type { DoorEndpoint, GatewayStore } from "@weir/db/gateway";
import type { CounterMetric, Logger, Metrics } from "@weir/telemetry";

interface EndpointCounts {
	readonly protocol: "http" | "mqtt";
	accepted: number;
	duplicate: number;
	bytes: number;
	/** By code. */
	readonly refused: Map<string, number>;
	lastRecordAt: number;
}

interface Seen {
	readonly tenant: string;
	readonly device: string;
	endpoint: string;
	atMs: number;
}

const FLUSH_MS = 500;
const SEEN_EVERY_MS = 5_000;
/** Endpoints, devices and topics it remembers between two flushes. */
const REMEMBERED = 100_000;
/** How long a topic may be that it remembers. */
const TOPIC_CHARACTERS = 500;

export interface CountersOptions {
	readonly control: Redis;
	readonly store: Pick<GatewayStore, "noteSeen">;
	readonly metrics: Metrics;
	readonly logger: Logger;
}

/**
 * What went through the doors, per endpoint. Written twice a second to the hash `door:<endpointId>` in control Redis:
 * `accepted`, `duplicate`, `bytes`, `refused:<code>`, `lastRecordAt` (milliseconds); topics beside them. While Redis is away they gather here.
 */
export class DoorCounters {
	readonly #options: CountersOptions;
	readonly #endpoints = new Map<string, EndpointCounts>();
	readonly #seen = new Map<string, Seen>();
	/** By tenant. */
	readonly #topics = new Map<string, Set<string>>();
	#topicsHeld = 0;
	readonly #records: CounterMetric;
	readonly #bytes: CounterMetric;
	readonly #timers: readonly NodeJS.Timeout[];

	constructor(options: CountersOptions) {
		this.#options = options;
		this.#records = options.metrics.counter({
			name: "door_records_total",
			help: "Records that came to the doors, by what became of them.",
			labels: ["protocol", "outcome"],
		});
		this.#bytes = options.metrics.counter({ name: "door_bytes_total", help: "Bytes of accepted records.", labels: ["protocol"] });
		this.#timers = [setInterval(() => void this.flush(), FLUSH_MS), setInterval(() => void this.#noteSeen(), SEEN_EVERY_MS)];
		for (const timer of this.#timers) timer.unref();
	}

	accepted(endpoint: DoorEndpoint, device: string, records: number, duplicates: number, bytes: number): void {
		const atMs = Date.now();
		const counts = this.#countsOf(endpoint);
		if (counts !== undefined) {
			counts.lastRecordAt = atMs;
			counts.accepted += records;
			counts.duplicate += duplicates;
			counts.bytes += bytes;
		}
		const seen = this.#seen.get(device);
		if (seen !== undefined) {
			seen.atMs = atMs;
			seen.endpoint = endpoint.id;
		} else if (this.#seen.size < REMEMBERED) this.#seen.set(device, { tenant: endpoint.tenant, device, endpoint: endpoint.id, atMs });
	}

	refused(endpoint: DoorEndpoint, code: string, records = 1): void {
		const refused = this.#countsOf(endpoint)?.refused;
		refused?.set(code, (refused.get(code) ?? 0) + records);
	}

	/** A publish of a device, whether a source listens or not: forms show which topics there are. */
	published(tenant: string, topic: string): void {
		let topics = this.#topics.get(tenant);
		if (topics === undefined) {
			topics = new Set();
			this.#topics.set(tenant, topics);
		}
		if (topics.has(topic) || topic.length > TOPIC_CHARACTERS || this.#topicsHeld >= REMEMBERED) return;
		topics.add(topic);
		this.#topicsHeld++;
	}

	/** A publish to a topic that no source of its tenant listens to. */
	unmatched(): void {
		this.#records.add(1, { protocol: "mqtt", outcome: "unmatched" });
	}

	async flush(): Promise<void> {
		if (this.#options.control.status !== "ready") return;
		await Promise.all([this.#flushCounts(), this.#flushTopics()]);
	}

	async #flushCounts(): Promise<void> {
		const { control, logger } = this.#options;
		if (this.#endpoints.size === 0) return;
		const taken = [...this.#endpoints];
		this.#endpoints.clear();
		const written = taken.map(([id, counts]) => {
			this.#publish(counts);
			const amounts = new Map<string, number>();
			const added = { accepted: counts.accepted, duplicate: counts.duplicate, bytes: counts.bytes };
			for (const [field, amount] of Object.entries(added)) if (amount > 0) amounts.set(field, amount);
			for (const [code, amount] of counts.refused) amounts.set(`refused:${code}`, amount);
			return countAtDoor(control, id, amounts, counts.lastRecordAt);
		});
		// These figures inform; what counts is in the log. So a flush whose outcome is unknown is not repeated.
		await Promise.all(written).catch((error: unknown) => logger.warn("The counts of the doors could not be written.", { failed: error }));
	}

	async #flushTopics(): Promise<void> {
		const { control, logger } = this.#options;
		const taken = [...this.#topics];
		this.#topics.clear();
		this.#topicsHeld = 0;
		const atMs = Date.now();
		await Promise.all(taken.map(([tenant, topics]) => noteTopics(control, tenant, topics, atMs))).catch((error: unknown) =>
			logger.warn("Which topics were published to could not be written.", { failed: error }),
		);
	}

	async close(): Promise<void> {
		for (const timer of this.#timers) clearInterval(timer);
		await Promise.all([this.flush(), this.#noteSeen()]);
	}

	#countsOf(endpoint: DoorEndpoint): EndpointCounts | undefined {
		let counts = this.#endpoints.get(endpoint.id);
		if (counts === undefined && this.#endpoints.size < REMEMBERED) {
			counts = { protocol: endpoint.protocol, accepted: 0, duplicate: 0, bytes: 0, refused: new Map(), lastRecordAt: 0 };
			this.#endpoints.set(endpoint.id, counts);
		}
		return counts;
	}

	#publish({ protocol, accepted, duplicate, bytes, refused }: EndpointCounts): void {
		this.#records.add(accepted, { protocol, outcome: "accepted" });
		if (duplicate > 0) this.#records.add(duplicate, { protocol, outcome: "duplicate" });
		for (const [code, amount] of refused) this.#records.add(amount, { protocol, outcome: code });
		this.#bytes.add(bytes, { protocol });
	}

	async #noteSeen(): Promise<void> {
		if (this.#seen.size === 0) return;
		const seen = [...this.#seen.values()];
		this.#seen.clear();
		await this.#options.store
			.noteSeen(seen)
			.catch((error: unknown) => this.#options.logger.warn("Who was last heard of could not be written.", { failed: error }));
	}
}
