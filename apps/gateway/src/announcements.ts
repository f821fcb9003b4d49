import { connectRedis, type Redis } from "@weir/backends";
import type { Logger } from "@weir/telemetry";
import * as z from "zod";

/** Channel on which the server says that a device's credentials changed: `{"deviceId": "…"}`. */
export const REVOKED_CHANNEL = "revoked";

const revoked = z.object({ deviceId: z.string() });

/** The device of such an announcement; undefined when it is none. */
export function revokedDevice(message: Buffer): string | undefined {
	try {
		return revoked.parse(JSON.parse(message.toString())).deviceId;
	} catch {
		return undefined; // Anybody may publish anything there; what is not ours is left alone.
	}
}

type Hear = (message: Buffer) => void;

/**
 * What the server announces through control Redis: revoked credentials and commands for devices.
 * Nothing is kept for whoever is away, so nobody may rest on hearing it: revocation has the age of the directory as its second net.
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

	/** True while what is announced is heard. */
	get isConnected(): boolean {
		return this.#redis.status === "ready";
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
