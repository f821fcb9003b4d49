import * as z from "zod";
import type { Fetcher } from "./fetcher.ts";
import { countsTopic } from "./topic-names.ts";
import type { Append } from "./transactions.ts";
import { AT, type KafkaClient, type MessageRecord, type TopicSettings } from "./wire.ts";

const COMPACTED: TopicSettings = {
	"cleanup.policy": "compact",
	"segment.ms": "600000",
	"min.cleanable.dirty.ratio": "0.1",
	"message.timestamp.after.max.ms": String(2n ** 63n - 1n),
};

const NOBODY = { id: -1n, epoch: -1 };
const UNCOUNTED = -1;
/** Reads as no difference. */
const NOTHING = Buffer.alloc(0);

interface Tenant {
	/** By topic and partition, then by writer. */
	readonly extra: Map<string, Map<string, number>>;
	next: number;
	catching: Promise<void> | undefined;
}

/** Stands in the place of a writer in notes of what was trimmed. */
const FORGOTTEN = "forgotten";

const keySchema = z.tuple([z.string(), z.string()]);

/**
 * What offsets do not say: a frame of an exchange is one offset and many records, and the end of a transaction takes an offset and is no record.
 * Each writer notes, in the transactions themselves, by how much its records are more than the offsets they took. An abandoned transaction counts
 * with the offsets that it took.
 */
export class Counts {
	readonly #client: KafkaClient;
	readonly #fetcher: Fetcher;
	readonly #tenants = new Map<string, Tenant>();

	constructor(client: KafkaClient, fetcher: Fetcher) {
		this.#client = client;
		this.#fetcher = fetcher;
	}

	/** By how much a partition has more records than offsets. */
	async extra(tenant: string, topic: string, partition: number): Promise<number> {
		await this.#catchUp(tenant);
		let sum = 0;
		for (const [writer, extra] of this.#tenant(tenant).extra.get(`${topic}:${partition}`) ?? []) if (writer !== FORGOTTEN) sum += extra;
		return sum;
	}

	/** All records of this time or later are kept; undefined: none was ever forgotten. */
	async heldFrom(tenant: string, topic: string, partition: number): Promise<number | undefined> {
		await this.#catchUp(tenant);
		const last = this.#tenant(tenant).extra.get(`${topic}:${partition}`)?.get(FORGOTTEN);
		return last === undefined ? undefined : last + 1;
	}

	/** Notes when the last record came that is forgotten: offsets that are gone say no time. */
	async noteForgotten(tenant: string, topic: string, partition: number, timeMs: number): Promise<void> {
		const notes = await this.notes(tenant, FORGOTTEN, new Map([[`${topic}:${partition}`, timeMs]]));
		await this.#client.produce(notes.topic, notes.partition, notes.records, NOBODY, UNCOUNTED);
	}

	/** What one writer has noted so far. */
	async noted(tenant: string, topic: string, partition: number, writer: string): Promise<number> {
		await this.#catchUp(tenant);
		return this.#tenant(tenant).extra.get(`${topic}:${partition}`)?.get(writer) ?? 0;
	}

	/** The notes of a writer, to be part of its transaction. */
	async notes(tenant: string, writer: string, extras: ReadonlyMap<string, number>): Promise<Append> {
		const topic = countsTopic(tenant);
		await this.#client.ensure(topic, 1, COMPACTED);
		const records = [...extras].map(([place, extra]) => ({
			topic,
			partition: 0,
			key: keyOf(place, writer),
			value: Buffer.from(String(extra)),
		}));
		return { topic, partition: 0, records };
	}

	/** Forgets the notes about a topic. */
	async drop(tenant: string, topic: string): Promise<void> {
		await this.#catchUp(tenant);
		const { extra } = this.#tenant(tenant);
		const records: MessageRecord[] = [];
		for (const [place, byWriter] of extra) {
			if (place.slice(0, place.lastIndexOf(":")) !== topic) continue;
			for (const writer of byWriter.keys())
				records.push({ topic: countsTopic(tenant), partition: 0, key: keyOf(place, writer), value: NOTHING });
			extra.delete(place);
		}
		if (records.length > 0) await this.#client.produce(countsTopic(tenant), 0, records, NOBODY, UNCOUNTED);
	}

	async #catchUp(tenant: string): Promise<void> {
		const known = this.#tenant(tenant);
		known.catching ??= this.#read(tenant, known).finally(() => {
			known.catching = undefined;
		});
		await known.catching;
	}

	async #read(tenant: string, known: Tenant): Promise<void> {
		const topic = countsTopic(tenant);
		if ((await this.#client.topic(topic)) === undefined) return;
		const end = await this.#client.offset(topic, 0, AT.end);
		for await (const { key, value, next } of this.#fetcher.records(topic, 0, known.next, end)) {
			known.next = next;
			const [place, writer] = keySchema.parse(JSON.parse(String(key)));
			const byWriter = known.extra.get(place) ?? new Map<string, number>();
			known.extra.set(place, byWriter.set(writer, Number(value)));
		}
		known.next = Math.max(known.next, end);
	}

	#tenant(tenant: string): Tenant {
		const known = this.#tenants.get(tenant) ?? { extra: new Map(), next: 0, catching: undefined };
		this.#tenants.set(tenant, known);
		return known;
	}
}

function keyOf(place: string, writer: string): Buffer {
	return Buffer.from(JSON.stringify([place, writer]));
}
