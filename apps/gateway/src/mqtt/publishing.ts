import type { DoorEndpoint } from "@weir/db/gateway";
import { asWeirError } from "@weir/errors";
import type { DoorIdentity } from "../authenticate.ts";
import type { DoorCounters } from "../counters.ts";
import type { DoorDirectory } from "../directory.ts";
import type { Delivery, Ingest } from "../ingest.ts";
import type { Splitters } from "../splitters.ts";
import type { LogWriter } from "../writer.ts";
import type { Version } from "./check.ts";
import { packetFault, REASON, type Reason } from "./reasons.ts";
import { TopicRouter } from "./topics.ts";

/** A publish of a device, whatever its quality. */
export interface Published {
	readonly identity: DoorIdentity;
	readonly version: Version;
	/** Relative to the tenant. */
	readonly topic: string;
	readonly payload: Buffer;
	/** Makes a repeat harmless where the device names its messages. */
	readonly messageId: string | undefined;
}

export interface PublishingOptions {
	readonly directory: DoorDirectory;
	readonly ingest: Ingest;
	readonly counters: DoorCounters;
	readonly splitters: Splitters;
	readonly writer: LogWriter;
}

/** A device over MQTT cannot be told "later": the acknowledgement is held until the log is back, and only then is the line cut. */
const PATIENCE = { ms: 30_000, waitsWhenFull: true };

/** Carries publishes to the endpoints whose filter matches. */
export class Publishing {
	readonly #options: PublishingOptions;
	readonly #router = new TopicRouter();

	constructor(options: PublishingOptions) {
		this.#options = options;
	}

	/**
	 * Resolves when the publish is admitted, in the order of calls that wait for each other; `stored` then resolves when it is durable,
	 * with the reason of the acknowledgement. Takes its time while the gateway is pressed or the device sends too much.
	 */
	async admit(published: Published): Promise<{ readonly stored: Promise<Reason> }> {
		const { counters, directory, ingest, writer } = this.#options;
		const { topic, identity } = published;
		counters.published(identity.tenant, topic);
		const known = this.#router.route(topic, await directory.endpoints(identity.tenant));
		// The source may have been drawn a moment ago, and its acknowledged records would be gone.
		const endpoints = known.length > 0 ? known : this.#router.route(topic, await directory.freshEndpoints(identity.tenant));
		if (endpoints.length === 0) {
			counters.unmatched();
			return { stored: Promise.resolve(REASON.noMatchingSubscribers) };
		}
		const deliveries = endpoints.map((endpoint) => this.#deliveryTo(endpoint, published)).filter((one) => one !== undefined);
		if (deliveries.length === 0) return { stored: Promise.resolve(REASON.payloadFormatInvalid) };
		if (writer.isPressed) await writer.untilRelieved();
		const waits: Promise<unknown>[] = [];
		const until = performance.now() + PATIENCE.ms;
		for (const delivery of deliveries) {
			for (let waitMs = ingest.admit(delivery); waitMs > 0; waitMs = ingest.admit(delivery)) {
				if (performance.now() > until) throw packetFault(REASON.messageRateTooHigh, "The device sent more than it may for too long.");
				await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, 1_000)));
			}
			waits.push(ingest.store(delivery));
		}
		const stored = Promise.all(waits).then(
			() => REASON.success,
			(thrown: unknown) => {
				throw asWeirError(thrown);
			},
		);
		// Whoever waits for it later must not find it unhandled now.
		stored.catch(() => undefined);
		return { stored };
	}

	/**
	 * Undefined: not one record is readable and the device can be told so, which MQTT 5 can and 3.1.1 cannot.
	 * Otherwise what is unreadable is kept as it came and becomes a dead letter in the flow, so that nothing acknowledged disappears.
	 */
	#deliveryTo(endpoint: DoorEndpoint, { identity, version, topic, payload, messageId }: Published): Delivery | undefined {
		const { maxRecordBytes } = endpoint.settings;
		const { records, faults } = this.#options.splitters.of(endpoint).split(payload, false);
		if (records.length === 0 && version === 5) {
			this.#options.counters.refused(endpoint, faults[0]?.code ?? "RECORD_UNREADABLE");
			return undefined;
		}
		// A JSON object cut short is never one, so what is too large stays recognisable as a record nobody can read.
		const unreadable = faults.map(({ index, start, end }) => ({ index, start, end: Math.min(end, start + maxRecordBytes) }));
		const all = faults.length === 0 ? records : [...records, ...unreadable].sort((a, b) => a.index - b.index);
		return { endpoint, identity, topic, body: payload, records: all, deliveryId: messageId, patience: PATIENCE };
	}
}
