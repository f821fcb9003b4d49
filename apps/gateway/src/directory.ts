import type { DoorDevice, DoorEndpoint, GatewayStore } from "@weir/db/gateway";
import { WeirError } from "@weir/errors";

/** Who posts and where to, as far as the doors need it. Answers are at most five seconds old while the database can be asked. */
export interface DoorDirectory {
	endpoint(key: string): Promise<DoorEndpoint | undefined>;
	/** Asks again at once: the stream of an endpoint may go on in a newer generation. */
	freshEndpoint(key: string): Promise<DoorEndpoint | undefined>;
	/** The MQTT endpoints of a tenant. */
	endpoints(tenant: string): Promise<readonly DoorEndpoint[]>;
	/** Asks again at once: an endpoint that is not in the answer may be new. At most once a second per tenant. */
	freshEndpoints(tenant: string): Promise<readonly DoorEndpoint[]>;
	device(id: string): Promise<DoorDevice | undefined>;
	/** Asks again at once: a credential that is not in the answer may be new. At most once a second per device. */
	freshDevice(id: string): Promise<DoorDevice | undefined>;
	/** Drops what is known of a device. */
	forgetDevice(id: string): void;
}

export interface DirectoryOptions {
	readonly store: Pick<GatewayStore, "endpointByKey" | "endpointsOfTenant" | "credentialsOfDevice">;
	/** Below five seconds, so that a look-up that takes its time still keeps the promise. */
	readonly maxAgeMs?: number;
	readonly now?: () => number;
}

/** The directory over the database. While the database is away it goes on from what it knows, however old. */
export function createDirectory({ store, maxAgeMs = 4_000, now = () => performance.now() }: DirectoryOptions): DoorDirectory {
	const age = { maxAgeMs, now };
	const endpoints = new AgingCache((key: string) => store.endpointByKey(key), age);
	const tenants = new AgingCache((tenant: string) => store.endpointsOfTenant(tenant, "mqtt"), age);
	const devices = new AgingCache((id: string) => store.credentialsOfDevice(id), age);
	return {
		endpoint: (key) => endpoints.get(key),
		freshEndpoint: (key) => endpoints.get(key, SEALED_AGE_MS),
		endpoints: async (tenant) => (await tenants.get(tenant)) ?? [],
		freshEndpoints: async (tenant) => (await tenants.get(tenant, UNKNOWN_AGE_MS)) ?? [],
		device: (id) => devices.get(id),
		freshDevice: (id) => devices.get(id, UNKNOWN_AGE_MS),
		forgetDevice: (id) => devices.expire(id),
	};
}

/** Something that is not there may come at any moment: a new device wants to post at once. */
const UNKNOWN_AGE_MS = 1_000;
/** Whoever waits for a newer generation asks again and again, together with all others. */
const SEALED_AGE_MS = 50;
const ENTRIES = 200_000;
/** How long a caller waits for the database when there is an old answer to fall back on. */
const PATIENCE_MS = 1_000;
const FIRST_PATIENCE_MS = 5_000;
const RETRY_MS = 1_000;

interface CacheEntry<Value> {
	value: Value | undefined;
	/** When it was asked for; −Infinity: never answered. */
	at: number;
	/** Not before this, after a failure. */
	retryAt: number;
	asking: Promise<Value | undefined> | undefined;
	/** Grows with each `expire`. */
	epoch: number;
}

class AgingCache<Value> {
	readonly #entries = new Map<string, CacheEntry<Value>>();
	readonly #load: (key: string) => Promise<Value | undefined>;
	readonly #maxAgeMs: number;
	readonly #now: () => number;

	constructor(
		load: (key: string) => Promise<Value | undefined>,
		{ maxAgeMs, now }: { readonly maxAgeMs: number; readonly now: () => number },
	) {
		this.#load = load;
		this.#maxAgeMs = maxAgeMs;
		this.#now = now;
	}

	async get(key: string, maxAgeMs = this.#maxAgeMs): Promise<Value | undefined> {
		const entry = this.#entries.get(key) ?? this.#add(key);
		const now = this.#now();
		const limit = entry.value === undefined ? Math.min(maxAgeMs, UNKNOWN_AGE_MS) : maxAgeMs;
		if (now - entry.at < limit) return entry.value;
		if (now < entry.retryAt) return known(entry);
		entry.asking ??= this.#ask(key, entry);
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<void>((resolve) => {
			timer = setTimeout(resolve, entry.at === -Infinity ? FIRST_PATIENCE_MS : PATIENCE_MS);
		}).then(() => {
			// Whoever comes next need not wait as long to learn the same.
			entry.retryAt = this.#now() + RETRY_MS;
			return known(entry);
		});
		return Promise.race([entry.asking, late]).finally(() => clearTimeout(timer));
	}

	/** Makes the next question go to the database, and keeps the old answer in case it does not reply. */
	expire(key: string): void {
		const entry = this.#entries.get(key);
		if (entry === undefined) return;
		entry.asking = undefined;
		entry.epoch++;
		entry.at = Math.min(entry.at, this.#now() - this.#maxAgeMs);
	}

	async #ask(key: string, entry: CacheEntry<Value>): Promise<Value | undefined> {
		const { epoch } = entry;
		const at = this.#now();
		try {
			entry.value = await this.#load(key);
			entry.retryAt = -Infinity;
			// An answer that was asked for before `expire` may be the old one: the next question asks again.
			if (entry.epoch === epoch) entry.at = at;
			else if (entry.at === -Infinity) entry.at = at - this.#maxAgeMs;
		} catch (error) {
			entry.retryAt = this.#now() + RETRY_MS;
			if (entry.at === -Infinity) throw error;
		} finally {
			if (entry.epoch === epoch) entry.asking = undefined;
		}
		return entry.value;
	}

	#add(key: string): CacheEntry<Value> {
		for (const oldest of this.#entries.keys()) {
			if (this.#entries.size < ENTRIES) break;
			this.#entries.delete(oldest);
		}
		const entry = { value: undefined, at: -Infinity, retryAt: -Infinity, asking: undefined, epoch: 0 };
		this.#entries.set(key, entry);
		return entry;
	}
}

function known<Value>(entry: CacheEntry<Value>): Value | undefined {
	if (entry.at !== -Infinity) return entry.value;
	throw new WeirError("DATABASE_UNAVAILABLE", "The database cannot be asked for devices and endpoints: check that it is running.");
}
