import { createHash } from "node:crypto";
import type { DoorEndpoint } from "@weir/db/gateway";
import { asWeirError } from "@weir/errors";
import { fieldText } from "@weir/formats";
import { partitionOf, recordLength, writeRecord } from "@weir/records";
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
		const append = async ([partition, part]: readonly [number, readonly PackedRecord[]]): Promise<Written> => {
			const written = await writer.write(stream, partition, part, patience);
			if (written.sealedOut === undefined) return written;
			return sum([written, await this.#write(await this.#options.generations.after(endpoint, patience.ms), written.sealedOut, patience)]);
		};
		const [first, ...others] = byPartition(packed, endpoint.partitions);
		if (first === undefined) return { accepted: 0, duplicates: 0 };
		if (others.length === 0) return append(first);
		// Each partition by itself: what it refuses goes on at once, before anything that waits behind it.
		const outcomes = await Promise.allSettled([first, ...others].map(append));
		return sum(
			outcomes.map((outcome) => {
				if (outcome.status === "rejected") throw outcome.reason;
				return outcome.value;
			}),
		);
	}

	#pack({ endpoint, identity, topic, records, deliveryId }: Delivery): readonly PackedRecord[] {
		const { keyField, messageIdField, format } = endpoint.settings;
		const raw = records.map(({ index, payload }) => {
			const key = (keyField === undefined ? undefined : keyOf(fieldText(payload, keyField, format))) ?? identity.device;
			return { index, key, topic, payload };
		});
		// One piece of memory for all: a delivery of many small records would else be as many pieces to collect.
		const slab = Buffer.allocUnsafe(raw.reduce((length, record) => length + recordLength(record), 0));
		let end = 0;
		return raw.map((record) => {
			const { index, key, payload } = record;
			const start = end;
			end = writeRecord(slab, start, record);
			const named = messageIdField === undefined ? undefined : fieldText(payload, messageIdField, format);
			return {
				key,
				bytes: slab.subarray(start, end),
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

function sum(all: readonly Written[]): Written {
	let [accepted, duplicates] = [0, 0];
	for (const written of all) {
		accepted += written.accepted;
		duplicates += written.duplicates;
	}
	return { accepted, duplicates };
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
