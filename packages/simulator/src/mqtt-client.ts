import { randomBytes } from "node:crypto";
import { WeirError } from "@weir/errors";
import mqtt from "mqtt";
import type { Client, Outcome, Target } from "./client.ts";

/** CONNACK codes that another attempt cannot change, in MQTT 3.1.1 and 5. */
const HOPELESS = new Set([4, 5, 0x86, 0x87, 0x8c]);

/** Publishes records with QoS 1; what is not acknowledged when the connection breaks is sent again by mqtt.js. */
export async function createMqttClient(
	target: Extract<Target, { as: "mqtt" }>,
	options: { readonly window: number; readonly signal: AbortSignal },
): Promise<Client> {
	const client = mqtt.connect(target.broker, {
		clientId: `${target.device}-${randomBytes(4).toString("hex")}`,
		username: target.device,
		password: target.token,
		protocolVersion: 5,
		reconnectPeriod: 500,
		connectTimeout: 10_000,
	});
	let rejectHopeless: (error: Error) => void = () => {};
	const hopeless = new Promise<never>((_, reject) => {
		rejectHopeless = reject;
	});
	hopeless.catch(() => {});
	client.on("error", (error) => {
		const code = "code" in error ? Number(error.code) : Number.NaN;
		if (HOPELESS.has(code))
			rejectHopeless(new WeirError("CONNECTION_DENIED", `The MQTT door refuses the device: ${error.message}`, { cause: error }));
	});
	const aborted = new Promise<never>((_, reject) => {
		options.signal.addEventListener("abort", () => reject(options.signal.reason), { once: true });
	});
	aborted.catch(() => {});
	let onBreak: ((reason: string) => void) | undefined;
	client.on("close", () => onBreak?.("The connection broke."));

	return {
		window: options.window,
		async send(deliveries, onRetry): Promise<Outcome> {
			onBreak = onRetry;
			let refused = 0;
			const publish = (body: string) =>
				client.publishAsync(target.topic, body, { qos: 1 }).catch((error: unknown) => {
					if (error instanceof Error && /Publish error/.test(error.message)) refused++;
					else throw error;
				});
			await Promise.race([Promise.all(deliveries.map((delivery) => publish(delivery.body))), hopeless, aborted]);
			return { accepted: deliveries.length - refused, refused };
		},
		async close() {
			onBreak = undefined;
			await client.endAsync(true);
		},
	};
}
