import type { DoorEndpoint } from "@weir/db/gateway";
import { asWeirError } from "@weir/errors";
import type { SplitRecord } from "@weir/formats";
import { endpointStream } from "@weir/runtime";
import type { DoorIdentity } from "./authenticate.ts";
import type { DoorCounters } from "./counters.ts";
import type { Generations } from "./generations.ts";
import type { Limits } from "./limits.ts";
import { pack, repack } from "./pack.ts";
import type { LogWriter, Patience, Piece, Written } from "./writer.ts";

export interface Delivery {
	readonly endpoint: DoorEndpoint;
	readonly identity: DoorIdentity;
	/** Empty over HTTP. */
	readonly topic: string;
	/** What holds the records. */
	readonly body: Buffer;
	/** Checked records, with their number in the delivery. */
	readonly records: readonly SplitRecord[];
	/** Names the delivery, so that its repeat adds nothing. */
	readonly deliveryId?: string | undefined;
	readonly patience: Patience;
}

export interface IngestOptions {
	readonly writer: LogWriter;
	readonly counters: DoorCounters;
	readonly limits: Limits;
	readonly generations: Generations;
}

/** The one way from both doors to the log: quota, record key, message id, partition, append. */
export class Ingest {
	readonly #options: IngestOptions;

	constructor(options: IngestOptions) {
		this.#options = options;
	}

	/** Takes from the quota and answers 0, or takes nothing and answers how many milliseconds to wait. */
	admit({ endpoint, identity, records }: Pick<Delivery, "endpoint" | "identity" | "records">): number {
		return this.#options.limits.take(
			{ device: identity.device, endpoint: endpoint.id, tenant: identity.tenant },
			records.length,
			bytesOf(records),
		);
	}

	/** Resolves when every record of an admitted delivery is durable. Rejects with LOG_FULL, LOG_UNAVAILABLE or STREAM_SEALED. */
	async store(delivery: Delivery): Promise<Written> {
		const { endpoint, identity, records, patience } = delivery;
		const { generations, counters } = this.#options;
		const turn = generations.enter(endpoint);
		if (turn !== undefined) await turn;
		try {
			const written = await this.#write(endpoint, pack(delivery), patience);
			counters.accepted(endpoint, identity.device, written.accepted, written.duplicates, bytesOf(records));
			return written;
		} catch (thrown) {
			counters.refused(endpoint, asWeirError(thrown).code, records.length);
			throw thrown;
		} finally {
			generations.leave(endpoint);
		}
	}

	async #write(endpoint: DoorEndpoint, pieces: readonly Piece[], patience: Patience): Promise<Written> {
		const { writer, generations } = this.#options;
		const stream = endpointStream(endpoint.tenant, endpoint.id, endpoint.generation);
		// What a sealed partition refuses goes on at once, before anything that waits behind it.
		return writer.write(stream, pieces, patience, async (refused) => {
			const newer = await generations.after(endpoint, patience.ms);
			return this.#write(newer, repack(refused, newer.partitions), patience);
		});
	}
}

function bytesOf(records: Delivery["records"]): number {
	let bytes = 0;
	for (const { start, end } of records) bytes += end - start;
	return bytes;
}
