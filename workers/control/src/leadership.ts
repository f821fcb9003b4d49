import { randomUUID } from "node:crypto";
import { connectRedis, type Redis } from "@weir/backends";

const KEY = "control:leader";
const LEASE_MS = 5_000;

/** One control worker at a time does the work. Two of them would do no harm to data, only work twice. */
export class Leadership {
	readonly #client: Redis;
	readonly #id = randomUUID();
	readonly #key: string;
	readonly #leaseMs: number;

	constructor(url: string, prefix: string, leaseMs = LEASE_MS) {
		this.#leaseMs = leaseMs;
		this.#client = connectRedis(url);
		this.#key = `${prefix}:${KEY}`;
	}

	/** True when this process leads now. Ask more often than a lease lasts. */
	async isMine(): Promise<boolean> {
		if (this.#client.status !== "ready") return false;
		try {
			if ((await this.#client.set(this.#key, this.#id, "PX", this.#leaseMs, "NX")) === "OK") return true;
			if ((await this.#client.get(this.#key)) !== this.#id) return false;
			await this.#client.pexpire(this.#key, this.#leaseMs);
			return true;
		} catch {
			return false;
		}
	}

	/** Calls `wake` whenever something was announced on the channel. */
	follow(url: string, channel: string, wake: () => void): () => void {
		const listener = connectRedis(url, { commandTimeout: undefined });
		listener.on("ready", () => void listener.subscribe(channel).catch(() => {}));
		listener.on("message", wake);
		return () => listener.disconnect();
	}

	async close(): Promise<void> {
		const isMine = (await this.#client.get(this.#key).catch(() => undefined)) === this.#id;
		if (isMine) await this.#client.del(this.#key).catch(() => 0);
		this.#client.disconnect();
	}
}
