import type { ControlBus } from "../live/control-bus.ts";

/** Tells the doors that a device's tokens changed: they ask again at once, and end sessions whose token was revoked. */
export function tokensChanged(bus: ControlBus, deviceId: string): Promise<void> {
	return bus.announce("revoked", JSON.stringify({ deviceId }));
}
