import type { GatewayStore } from "@weir/db/gateway";
import type { Logger } from "@weir/telemetry";
import * as z from "zod";
import type { Announcements } from "./announcements.ts";

/** Channel on which the server says that a device's credentials changed: `{"deviceId": "…"}`. */
const CHANNEL = "revoked";
const ASK_EVERY_MS = 2_000;
/** Longer than between two questions, so that one that fails or a clock that differs loses nothing. */
const WITHIN_MS = 15_000;

const announcement = z.object({ deviceId: z.string() });

export interface RevocationOptions {
	readonly announcements: Pick<Announcements, "follow">;
	readonly store: Pick<GatewayStore, "recentlyRevoked">;
	readonly logger: Logger;
	/** May be told of the same device more than once. */
	readonly onRevoked: (device: string) => void;
}

/** Learns of revoked credentials twice: at once by announcement, and by asking the database, in case nobody announced it. */
export function followRevocation({ announcements, store, logger, onRevoked }: RevocationOptions): { stop(): void } {
	announcements.follow(CHANNEL, (message) => {
		const device = announcedDevice(message);
		if (device !== undefined) onRevoked(device);
	});
	const ask = async () => {
		try {
			for (const device of await store.recentlyRevoked(WITHIN_MS)) onRevoked(device);
		} catch (error) {
			logger.debug("What was revoked could not be asked for; it is tried again.", { failed: error });
		}
	};
	const timer = setInterval(() => void ask(), ASK_EVERY_MS);
	timer.unref();
	return { stop: () => clearInterval(timer) };
}

function announcedDevice(message: Buffer): string | undefined {
	try {
		return announcement.parse(JSON.parse(message.toString())).deviceId;
	} catch {
		return undefined; // Anybody may publish anything there; what is not ours is left alone.
	}
}
