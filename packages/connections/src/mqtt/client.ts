import { randomUUID } from "node:crypto";
import { isWeirError, WeirError } from "@weir/errors";
import { type IClientOptions, MqttClient } from "mqtt";
import type { ConnectOptions } from "../definition.ts";
import { networkFailure, textOf, wrapped } from "../failure.ts";
import { guardedStream } from "../outbound/tls.ts";
import { stepTime } from "../steps.ts";
import type { MqttConfig } from "./definition.ts";

export type { MqttConfig } from "./definition.ts";

export interface OpenedMqtt {
	readonly client: MqttClient;
	/** Resolves when the broker has let us in; rejects with a WeirError when it does not, or breaks off before. */
	connected(): Promise<void>;
}

/** A client that connects at once, and no second time unless `settings.reconnectPeriod` says so. End it when done. */
export function openMqtt(config: MqttConfig, options: ConnectOptions, settings: IClientOptions = {}): OpenedMqtt {
	let broken: unknown;
	const client = new MqttClient(
		() => {
			const stream = guardedStream(config.host, config.port, options.rules, config.tls ? config : undefined);
			// The client tells only some errors of its stream.
			stream.once("error", (error) => {
				broken = error;
			});
			return stream;
		},
		{
			protocol: "mqtt",
			protocolVersion: config.version === "5.0" ? 5 : 4,
			clientId: `${config.clientId === "" ? "weir" : config.clientId}-${randomUUID().slice(0, 8)}`,
			// MQTT has no password without a user.
			...(config.user === "" ? {} : { username: config.user, password: config.password?.reveal() ?? "" }),
			clean: true,
			connectTimeout: stepTime(options),
			reconnectPeriod: 0,
			...settings,
		},
	);
	client.on("error", (error) => {
		broken = error;
	});
	const connected = () =>
		new Promise<void>((resolve, reject) => {
			const fail = () => reject(mqttFailure(broken ?? new Error("the broker closed the connection")));
			if (client.connected) return resolve();
			client.once("connect", () => {
				client.off("close", fail);
				resolve();
			});
			client.once("close", fail);
		});
	return { client, connected };
}

/** Reasons of CONNACK, SUBACK and PUBACK: 3.1.1 counts from 1, 5.0 from 128. */
const DENIED: ReadonlySet<number> = new Set([4, 5, 134, 135, 138, 140]);
const UNAVAILABLE: ReadonlySet<number> = new Set([3, 136, 137, 139, 151, 156, 157, 159]);

/** The one place where errors of an MQTT connection are sorted. */
export function mqttFailure(error: unknown): WeirError {
	const own = isWeirError(error) ? error : wrapped(error);
	if (own !== undefined) return own;
	const code = (error as { code?: unknown } | undefined)?.code;
	const said = textOf(error).replace(/\.$/, "");
	const options = { context: { reason: typeof code === "number" ? code : undefined }, cause: error };
	if (typeof code === "number") {
		// Some brokers say "not authorized" of a wrong password too.
		if (code === 4 || code === 134 || /^Connection refused/.test(said))
			return new WeirError("CONNECTION_DENIED", `The broker refuses the user or the password: ${said}.`, options);
		if (DENIED.has(code)) return new WeirError("CONNECTION_DENIED", `The broker does not allow this user here: ${said}.`, options);
		if (UNAVAILABLE.has(code)) return new WeirError("SINK_UNAVAILABLE", `The broker cannot take more at the moment: ${said}.`, options);
		if (code === 1 || code === 132) {
			return new WeirError("CONNECTION_DENIED", "The broker does not speak this version of MQTT; choose the other one.", options);
		}
		return new WeirError("SINK_REJECTED", `The broker refuses it: ${said}.`, options);
	}
	if (/connack timeout/i.test(said)) {
		return new WeirError(
			"CONNECTION_SLOW",
			"The broker does not answer to a sign-in of MQTT in time; check that it speaks MQTT at this port.",
			options,
		);
	}
	return networkFailure("the broker", error);
}
