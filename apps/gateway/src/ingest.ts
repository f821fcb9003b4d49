import { createHash } from "node:crypto";
import type { DoorEndpoint } from "@weir/db/gateway";
import { asWeirError } from "@weir/errors";
import { fieldText } from "@weir/formats";
import { encodeRecord, partitionOf } from "@weir/records";
import type { DoorIdentity } from "./authenticate.ts";
import type { DoorCounters } from "./counters.ts";
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

	/** Resolves when every record of an admitted delivery is durable. Rejects with LOG_FULL or LOG_UNAVAILABLE. */
	async store(delivery: Delivery): Promise<Written> {
		const { endpoint, identity, records, patience } = delivery;
		const { writer, counters } = this.#options;
		try {
			const stream = { tenant: endpoint.tenant, stream: `e:${endpoint.id}` };
			const writes = [...this.#pack(delivery)].map(([partition, packed]) => writer.write(stream, partition, packed, patience));
			let accepted = 0;
			let duplicates = 0;
			for (const written of await Promise.all(writes)) {
				accepted += written.accepted;
				duplicates += written.duplicates;
			}
			counters.accepted(endpoint, identity.device, accepted, duplicates, bytesOf(records));
			return { accepted, duplicates };
		} catch (thrown) {
			counters.refused(endpoint, asWeirError(thrown).code, records.length);
			throw thrown;
		}
	}

	#pack({ endpoint, identity, topic, records, deliveryId }: Delivery): Map<number, PackedRecord[]> {
		const { keyField, messageIdField, format } = endpoint.settings;
		const parts = new Map<number, PackedRecord[]>();
		for (const { index, payload } of records) {
			const key = (keyField === undefined ? undefined : keyOf(fieldText(payload, keyField, format))) ?? identity.device;
			const named = messageIdField === undefined ? undefined : fieldText(payload, messageIdField, format);
			const packed = {
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
			const partition = partitionOf(key, endpoint.partitions);
			const part = parts.get(partition);
			if (part === undefined) parts.set(partition, [packed]);
			else part.push(packed);
		}
		return parts;
	}
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
