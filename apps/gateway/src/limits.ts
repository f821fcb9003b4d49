/** How much one device, endpoint or tenant may send: so many a second, and so many at once after a silence. */
export interface Rate {
	readonly perSecond: number;
	readonly burst: number;
}

export interface LimitSettings {
	readonly records: { readonly device: Rate; readonly endpoint: Rate; readonly tenant: Rate };
	readonly bytes: { readonly device: Rate; readonly endpoint: Rate; readonly tenant: Rate };
}

interface Bucket {
	left: number;
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
	readonly #buckets = new Map<string, Bucket>();
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
		let waitMs = 0;
		for (const subject of SUBJECTS) {
			waitMs = Math.max(waitMs, this.#waitOf("r", subject, ids[subject], now), this.#waitOf("b", subject, ids[subject], now));
		}
		if (waitMs > 0) return waitMs;
		for (const subject of SUBJECTS) {
			this.#bucket("r", subject, ids[subject], now).left -= records;
			this.#bucket("b", subject, ids[subject], now).left -= bytes;
		}
		return 0;
	}

	#waitOf(kind: "r" | "b", subject: Subject, id: string, now: number): number {
		const { left } = this.#bucket(kind, subject, id, now);
		return left > 0 ? 0 : Math.ceil(((1 - left) / this.#rate(kind, subject).perSecond) * 1_000);
	}

	#bucket(kind: "r" | "b", subject: Subject, id: string, now: number): Bucket {
		const { perSecond, burst } = this.#rate(kind, subject);
		const name = `${kind}${subject}:${id}`;
		const bucket = this.#buckets.get(name);
		if (bucket === undefined) {
			const fresh = { left: burst, at: now };
			this.#buckets.set(name, fresh);
			return fresh;
		}
		bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1_000) * perSecond);
		bucket.at = now;
		return bucket;
	}

	#rate(kind: "r" | "b", subject: Subject): Rate {
		return (kind === "r" ? this.#settings.records : this.#settings.bytes)[subject];
	}

	/** A bucket that would be full again says nothing; ten seconds of silence fill any of a sane setting. */
	#forget(now: number): void {
		this.#forgotAt = now;
		for (const [name, bucket] of this.#buckets) if (now - bucket.at > FORGET_EVERY_MS && bucket.left > 0) this.#buckets.delete(name);
	}
}
