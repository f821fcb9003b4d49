import { createHash } from "node:crypto";
import type { DoorEndpoint } from "@weir/db/gateway";
import { asWeirError } from "@weir/errors";
import { fieldText } from "@weir/formats";
import { encodeRecord, partitionOf } from "@weir/records";
import { endpointStream } from "@weir/runtime";
import type { DoorIdentity } from "./authenticate.ts";
import type { DoorCounters } from "./counters.ts";
import type { Generations } from "./generations.ts";
import type { Limits } from "./limits.ts";
import type { LogWriter, PackedRecord, Patience, Written } from "./writer.ts";

export interface Delivery {
	readonly endpoint: DoorEndpoint;
	readonly identity: DoorIdentity;
	/** Empty over HTTP. */
	readonly topic: string;
	/** Checked payloads, with their number in the delivery. */
	readonly records: readonly { readonly index: number; readonly payload: Uint8Array }[];
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
			const written = await this.#write(endpoint, this.#pack(delivery), patience);
			counters.accepted(endpoint, identity.device, written.accepted, written.duplicates, bytesOf(records));
			return written;
		} catch (thrown) {
			counters.refused(endpoint, asWeirError(thrown).code, records.length);
			throw thrown;
		} finally {
			generations.leave(endpoint);
		}
	}

	async #write(endpoint: DoorEndpoint, packed: readonly PackedRecord[], patience: Patience): Promise<Written> {
		const { writer } = this.#options;
		const stream = endpointStream(endpoint.tenant, endpoint.id, endpoint.generation);
		let accepted = 0;
		let duplicates = 0;
		const add = (written: Written) => {
			accepted += written.accepted;
			duplicates += written.duplicates;
		};
		// Each partition by itself: what it refuses goes on at once, before anything that waits behind it.
		const writes = [...byPartition(packed, endpoint.partitions)].map(async ([partition, part]) => {
			const written = await writer.write(stream, partition, part, patience);
			add(written);
			if (written.sealedOut === undefined) return;
			add(await this.#write(await this.#options.generations.after(endpoint, patience.ms), written.sealedOut, patience));
		});
		const failed = (await Promise.allSettled(writes)).find((outcome) => outcome.status === "rejected");
		if (failed !== undefined) throw failed.reason;
		return { accepted, duplicates };
	}

	#pack({ endpoint, identity, topic, records, deliveryId }: Delivery): readonly PackedRecord[] {
		const { keyField, messageIdField, format } = endpoint.settings;
		return records.map(({ index, payload }) => {
			const key = (keyField === undefined ? undefined : keyOf(fieldText(payload, keyField, format))) ?? identity.device;
			const named = messageIdField === undefined ? undefined : fieldText(payload, messageIdField, format);
			return {
				key,
				bytes: encodeRecord({ key, topic, payload }),
				// Counters such as `seq` are unique per device only, so an id holds within its record key.
				messageId:
					named !== undefined
						? digest(`${key}\n${named}`)
						: deliveryId === undefined
							? undefined
							: // Under the same name another record is no repeat: it must not disappear.
								digest(`${identity.device}\n${deliveryId}\n${index}\n`, payload),
			};
		});
	}
}

function byPartition(records: readonly PackedRecord[], partitions: number): ReadonlyMap<number, readonly PackedRecord[]> {
	const parts = new Map<number, PackedRecord[]>();
	for (const record of records) {
		const partition = partitionOf(record.key, partitions);
		const part = parts.get(partition);
		if (part === undefined) parts.set(partition, [record]);
		else part.push(record);
	}
	return parts;
}

/** A key of more bytes than a record can carry is no key: the device stands in for it. */
function keyOf(text: string | undefined): string | undefined {
	return text === undefined || text === "" || text.length > 1_024 ? undefined : text;
}

/** Message ids are remembered for a day, so each takes 22 characters whatever its sender wrote. */
function digest(text: string, payload?: Uint8Array): string {
	const hash = createHash("sha256").update(text);
	if (payload !== undefined) hash.update(payload);
	return hash.digest("base64url").slice(0, 22);
}

function bytesOf(records: Delivery["records"]): number {
	let bytes = 0;
	for (const { payload } of records) bytes += payload.byteLength;
	return bytes;
}
