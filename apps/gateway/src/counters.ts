import type { Redis } from "@weir/backends";
import type { DoorEndpoint, GatewayStore } from "@weir/db";
import type { CounterMetric, Logger, Metrics } from "@weir/telemetry";

interface EndpointCounts {
	readonly added: Map<string, number>;
	lastRecordAt: number;
}

interface Seen {
	readonly tenant: string;
	readonly device: string;
	readonly endpoint: string;
	readonly atMs: number;
}

const FLUSH_MS = 500;
const SEEN_EVERY_MS = 5_000;
/** Endpoints and devices it remembers between two flushes. */
const REMEMBERED = 100_000;

export interface CountersOptions {
	readonly control: Redis;
	readonly store: Pick<GatewayStore, "noteSeen">;
	readonly metrics: Metrics;
	readonly logger: Logger;
}

/**
 * What went through the doors, per endpoint. Written twice a second to the hash `door:<endpointId>` in control Redis:
 * `accepted`, `duplicate`, `bytes`, `refused:<code>`, `lastRecordAt` (milliseconds). While Redis is away the numbers gather here.
 */
export class DoorCounters {
	readonly #options: CountersOptions;
	readonly #endpoints = new Map<string, EndpointCounts>();
	readonly #seen = new Map<string, Seen>();
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
			add(counts.added, "accepted", records);
			add(counts.added, "duplicate", duplicates);
			add(counts.added, "bytes", bytes);
		}
		if (this.#seen.size < REMEMBERED) this.#seen.set(device, { tenant: endpoint.tenant, device, endpoint: endpoint.id, atMs });
		this.#records.add(records, { protocol: endpoint.protocol, outcome: "accepted" });
		if (duplicates > 0) this.#records.add(duplicates, { protocol: endpoint.protocol, outcome: "duplicate" });
		this.#bytes.add(bytes, { protocol: endpoint.protocol });
	}

	refused(endpoint: DoorEndpoint, code: string, records = 1): void {
		const counts = this.#countsOf(endpoint);
		if (counts !== undefined) add(counts.added, `refused:${code}`, records);
		this.#records.add(records, { protocol: endpoint.protocol, outcome: code });
	}

	async flush(): Promise<void> {
		const { control, logger } = this.#options;
		if (this.#endpoints.size === 0 || control.status !== "ready") return;
		const taken = [...this.#endpoints];
		this.#endpoints.clear();
		const pipeline = control.pipeline();
		for (const [id, { added, lastRecordAt }] of taken) {
			for (const [field, amount] of added) pipeline.hincrby(`door:${id}`, field, amount);
			if (lastRecordAt > 0) pipeline.hset(`door:${id}`, "lastRecordAt", lastRecordAt);
		}
		// These figures inform; what counts is in the log. So a flush whose outcome is unknown is not repeated.
		await pipeline.exec().catch((error: unknown) => logger.warn("The counts of the doors could not be written.", { failed: error }));
	}

	async close(): Promise<void> {
		for (const timer of this.#timers) clearInterval(timer);
		await Promise.all([this.flush(), this.#noteSeen()]);
	}

	#countsOf(endpoint: DoorEndpoint): EndpointCounts | undefined {
		let counts = this.#endpoints.get(endpoint.id);
		if (counts === undefined && this.#endpoints.size < REMEMBERED) {
			counts = { added: new Map(), lastRecordAt: 0 };
			this.#endpoints.set(endpoint.id, counts);
		}
		return counts;
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

function add(counts: Map<string, number>, field: string, amount: number): void {
	if (amount > 0) counts.set(field, (counts.get(field) ?? 0) + amount);
}
