import { connectRedis, type Redis } from "@weir/backends/log";
import type { Logger } from "@weir/telemetry";

type Hear = (message: Buffer) => void;

/**
 * What the server announces through control Redis: revoked credentials and commands for devices.
 * Nothing is kept for whoever is away, so nobody may rest on hearing it: what is revoked is asked for as well.
 */
export class Announcements {
	readonly #redis: Redis;
	readonly #logger: Logger;
	readonly #channels = new Map<string, Hear>();

	constructor(url: string, logger: Logger) {
		this.#logger = logger;
		this.#redis = connectRedis(url, { autoResubscribe: false, commandTimeout: undefined });
		this.#redis.on("ready", () => {
			for (const channel of this.#channels.keys()) this.#subscribe(channel);
		});
		this.#redis.on("messageBuffer", (channel: Buffer, message: Buffer) => this.#channels.get(channel.toString())?.(message));
	}

	follow(channel: string, hear: Hear): void {
		this.#channels.set(channel, hear);
		if (this.#redis.status === "ready") this.#subscribe(channel);
	}

	unfollow(channel: string): void {
		if (!this.#channels.delete(channel) || this.#redis.status !== "ready") return;
		this.#redis.unsubscribe(channel).catch(() => undefined);
	}

	close(): void {
		this.#redis.disconnect();
	}

	#subscribe(channel: string): void {
		// A connection that breaks here subscribes anew when it is back.
		this.#redis.subscribe(channel).catch((error: unknown) => this.#logger.debug("A channel could not be followed yet.", { failed: error }));
	}
}
