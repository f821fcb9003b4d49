/** How much one device, endpoint or tenant may send: so many a second, and so many at once after a silence. */
interface Rate {
	readonly perSecond: number;
	readonly burst: number;
}

export interface LimitSettings {
	readonly records: { readonly device: Rate; readonly endpoint: Rate; readonly tenant: Rate };
	readonly bytes: { readonly device: Rate; readonly endpoint: Rate; readonly tenant: Rate };
}

/** What is left of both rates of one subject, and when that was so. */
interface Bucket {
	records: number;
	bytes: number;
	at: number;
}

type Subject = "device" | "endpoint" | "tenant";

const SUBJECTS: readonly Subject[] = ["device", "endpoint", "tenant"];
const FORGET_EVERY_MS = 10_000;

/**
 * Token buckets of this gateway. A batch passes while its buckets hold anything at all and is paid off afterwards,
 * so that a batch larger than a burst is slowed and not refused for ever.
 */
export class Limits {
	readonly #settings: LimitSettings;
	readonly #now: () => number;
	readonly #buckets: Readonly<Record<Subject, Map<string, Bucket>>> = { device: new Map(), endpoint: new Map(), tenant: new Map() };
	#forgotAt: number;

	constructor(settings: LimitSettings, now: () => number = () => performance.now()) {
		this.#settings = settings;
		this.#now = now;
		this.#forgotAt = now();
	}

	/** Takes from all buckets and answers 0, or takes from none and answers how many milliseconds to wait. */
	take(ids: Readonly<Record<Subject, string>>, records: number, bytes: number): number {
		const now = this.#now();
		if (now - this.#forgotAt > FORGET_EVERY_MS) this.#forget(now);
		const device = this.#bucket("device", ids.device, now);
		const endpoint = this.#bucket("endpoint", ids.endpoint, now);
		const tenant = this.#bucket("tenant", ids.tenant, now);
		const waitMs = Math.max(this.#waitOf("device", device), this.#waitOf("endpoint", endpoint), this.#waitOf("tenant", tenant));
		if (waitMs > 0) return waitMs;
		for (const bucket of [device, endpoint, tenant]) {
			bucket.records -= records;
			bucket.bytes -= bytes;
		}
		return 0;
	}

	#waitOf(subject: Subject, bucket: Bucket): number {
		if (bucket.records > 0 && bucket.bytes > 0) return 0;
		const { records, bytes } = this.#settings;
		const until = (left: number, rate: Rate) => (left > 0 ? 0 : Math.ceil(((1 - left) / rate.perSecond) * 1_000));
		return Math.max(until(bucket.records, records[subject]), until(bucket.bytes, bytes[subject]));
	}

	#bucket(subject: Subject, id: string, now: number): Bucket {
		const { records, bytes } = this.#settings;
		const bucket = this.#buckets[subject].get(id);
		if (bucket === undefined) {
			const fresh = { records: records[subject].burst, bytes: bytes[subject].burst, at: now };
			this.#buckets[subject].set(id, fresh);
			return fresh;
		}
		const seconds = (now - bucket.at) / 1_000;
		bucket.records = Math.min(records[subject].burst, bucket.records + seconds * records[subject].perSecond);
		bucket.bytes = Math.min(bytes[subject].burst, bucket.bytes + seconds * bytes[subject].perSecond);
		bucket.at = now;
		return bucket;
	}

	/** A bucket that would be full again says nothing; ten seconds of silence fill any of a sane setting. */
	#forget(now: number): void {
		this.#forgotAt = now;
		for (const subject of SUBJECTS) {
			for (const [id, bucket] of this.#buckets[subject]) {
				if (now - bucket.at > FORGET_EVERY_MS && bucket.records > 0 && bucket.bytes > 0) this.#buckets[subject].delete(id);
			}
		}
	}
}
