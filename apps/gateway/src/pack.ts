import { createHash } from "node:crypto";
import { fieldText, type SplitRecord, valueText } from "@weir/formats";
import { FRAME_HEADER_BYTES, FRAME_LIMIT_BYTES, hashBytes, RECORD_HEADER_BYTES, visitRecords, writeRecordHeader } from "@weir/records";
import type { Delivery } from "./ingest.ts";
import type { Piece } from "./writer.ts";

const ROOM_BYTES = FRAME_LIMIT_BYTES - FRAME_HEADER_BYTES;
const KEY_CHARACTERS = 1_024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A piece whose records are known, but not in place yet. */
interface Plan {
	readonly partition: number;
	readonly messageIds: string[] | undefined;
	count: number;
	bytes: number;
	/** Where it begins in the slab, and later where its next record goes. */
	at: number;
}

/** Records of a partition that were found to belong together, before they are written. */
class Plans {
	readonly #last: (Plan | undefined)[] = [];
	readonly all: Plan[] = [];

	/** Where a record goes. A piece fits into a frame, and is identified whole or not at all, as the log knows two kinds of append. */
	place(partition: number, bytes: number, messageId: string | undefined): Plan {
		let plan = this.#last[partition];
		if (plan === undefined || (plan.messageIds !== undefined) !== (messageId !== undefined) || plan.bytes + bytes > ROOM_BYTES) {
			plan = { partition, messageIds: messageId === undefined ? undefined : [], count: 0, bytes: 0, at: 0 };
			this.#last[partition] = plan;
			this.all.push(plan);
		}
		plan.count += 1;
		plan.bytes += bytes;
		if (messageId !== undefined) plan.messageIds?.push(messageId);
		return plan;
	}

	/** One piece of memory for all: a delivery of many small records would else be as many pieces to collect. */
	settle(): Buffer {
		let length = 0;
		for (const plan of this.all) {
			plan.at = length;
			length += plan.bytes;
		}
		return Buffer.allocUnsafe(length);
	}

	/** The pieces, once all records are written. */
	pieces(slab: Buffer): readonly Piece[] {
		return this.all.map(({ partition, messageIds, count, bytes, at }) => ({
			partition,
			count,
			bytes: slab.subarray(at - bytes, at),
			...(messageIds === undefined ? {} : { messageIds }),
		}));
	}
}

/** Packs a delivery into pieces, each for one partition; records of a partition keep their order. */
export function pack({ endpoint, identity, topic, body, records, deliveryId }: Delivery): readonly Piece[] {
	const { partitions, settings } = endpoint;
	const { keyField, messageIdField, format } = settings;
	const idPlace = keyField === undefined || messageIdField === keyField ? 0 : 2;
	const device = Buffer.from(identity.device);
	const topicBytes = Buffer.from(topic);
	const plans = new Plans();
	const keys = new Keys(body, device);
	const todo = records.map((record) => {
		const { index, start, end, places } = record;
		if (keyField === undefined) keys.takeDevice();
		else if (places === undefined) keys.takeText(fieldText(body.subarray(start, end), keyField, format));
		else keys.takePlace(places[0] ?? -1, places[1] ?? -1);
		const { bytes: key, start: keyStart, end: keyEnd } = keys;
		const named = messageIdField === undefined ? undefined : textOf(body, record, messageIdField, format, idPlace);
		// Counters such as `seq` are unique per device only, so an id holds within its record key.
		const messageId =
			named !== undefined
				? digest(`${decoder.decode(key.subarray(keyStart, keyEnd))}\n${named}`)
				: deliveryId === undefined
					? undefined
					: // Under the same name another record is no repeat: it must not disappear.
						digest(`${identity.device}\n${deliveryId}\n${index}\n`, body.subarray(start, end));
		const length = RECORD_HEADER_BYTES + keyEnd - keyStart + topicBytes.length + end - start;
		// Equal keys meet in one partition: the same hash as of their text.
		const plan = plans.place(hashBytes(key, keyStart, keyEnd) % partitions, length, messageId);
		return { plan, key, keyStart, keyEnd, start, end };
	});
	const slab = plans.settle();
	for (const { plan, key, keyStart, keyEnd, start, end } of todo) {
		let at = writeRecordHeader(slab, plan.at, keyEnd - keyStart, topicBytes.length, end - start);
		for (let i = keyStart; i < keyEnd; i++) slab[at++] = key[i] ?? 0;
		if (topicBytes.length > 0) at += topicBytes.copy(slab, at);
		plan.at = at + body.copy(slab, at, start, end);
	}
	return plans.pieces(slab);
}

/** The records of a piece for a stream with another number of partitions. */
export function repack({ bytes, messageIds }: Piece, partitions: number): readonly Piece[] {
	const plans = new Plans();
	const todo: { readonly plan: Plan; readonly start: number; readonly end: number }[] = [];
	visitRecords(
		bytes,
		(index, keyStart, topicStart, _payload, end) => {
			const start = keyStart - RECORD_HEADER_BYTES;
			const plan = plans.place(hashBytes(bytes, keyStart, topicStart) % partitions, end - start, messageIds?.[index]);
			todo.push({ plan, start, end });
		},
		0,
	);
	const slab = plans.settle();
	for (const { plan, start, end } of todo) {
		slab.set(bytes.subarray(start, end), plan.at);
		plan.at += end - start;
	}
	return plans.pieces(slab);
}

/** The key of one record after the other, as bytes that are somewhere already wherever that can be. */
class Keys {
	readonly #body: Uint8Array;
	readonly #device: Uint8Array;
	bytes: Uint8Array;
	start = 0;
	end = 0;

	constructor(body: Uint8Array, device: Uint8Array) {
		this.#body = body;
		this.#device = device;
		this.bytes = device;
	}

	takeDevice(): void {
		this.#take(this.#device, 0, this.#device.length);
	}

	/** A key of more characters than a record can carry is no key: the device stands in for it. */
	takeText(text: string | undefined): void {
		const isKey = text !== undefined && text !== "" && text.length <= KEY_CHARACTERS;
		const bytes = isKey ? encoder.encode(text) : this.#device;
		this.#take(bytes, 0, bytes.length);
	}

	takePlace(start: number, end: number): void {
		const length = end - start;
		if (start < 0) this.takeDevice();
		// A text without escapes stands there as it is.
		else if (this.#body[start] === QUOTE && length > 2 && length <= KEY_CHARACTERS && !this.#hasEscape(start, end))
			this.#take(this.#body, start + 1, end - 1);
		else this.takeText(valueText(this.#body, start, end));
	}

	#hasEscape(start: number, end: number): boolean {
		const body = this.#body;
		for (let i = start; i < end; i++) if (body[i] === BACKSLASH) return true;
		return false;
	}

	#take(bytes: Uint8Array, start: number, end: number): void {
		this.bytes = bytes;
		this.start = start;
		this.end = end;
	}
}

function textOf(
	body: Uint8Array,
	{ start, end, places }: SplitRecord,
	field: string,
	format: Delivery["endpoint"]["settings"]["format"],
	place: number,
): string | undefined {
	if (places === undefined) return fieldText(body.subarray(start, end), field, format);
	const [from = -1, to = -1] = places.slice(place, place + 2);
	return from < 0 ? undefined : valueText(body, from, to);
}

/** Message ids are remembered for a day, so each takes 22 characters whatever its sender wrote. */
function digest(text: string, payload?: Uint8Array): string {
	const hash = createHash("sha256").update(text);
	if (payload !== undefined) hash.update(payload);
	return hash.digest("base64url").slice(0, 22);
}
