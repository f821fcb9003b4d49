import type { Socket } from "node:net";
import { isWeirError, WeirError } from "@weir/errors";
import kafkajs, { type ISocketFactory, type Kafka, type KafkaConfig as KafkaSettings, type SASLOptions } from "kafkajs";
import type { ConnectOptions } from "../definition.ts";
import { networkFailure, textOf } from "../failure.ts";
import { guardedStream } from "../outbound/tls.ts";
import { stepTime } from "../steps.ts";
import { readBrokers } from "./brokers.ts";
import type { KafkaConfig } from "./definition.ts";

export type { KafkaConfig } from "./definition.ts";

const KEEP_ALIVE_MS = 60_000;

export interface OpenedKafka {
	readonly kafka: Kafka;
	/** Ends whatever is still open, after producers, consumers and admins were told to disconnect: one that never got through keeps its socket. */
	close(): void;
}

/**
 * A client of the cluster; nothing is connected before a producer, consumer or admin of it is. Brokers name each other, and each name
 * goes through the guard: a cluster cannot lead into a network that is closed.
 */
export function openKafka(config: KafkaConfig, options: ConnectOptions, settings: Partial<KafkaSettings> = {}): OpenedKafka {
	const timeoutMs = stepTime(options);
	const sockets = new Set<Socket>();
	let closed = false;
	const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
		const socket = guardedStream(host, port, options.rules, config.tls ? config : undefined);
		sockets.add(socket);
		socket.once("close", () => sockets.delete(socket));
		socket.setKeepAlive(true, KEEP_ALIVE_MS);
		socket.once(config.tls ? "secureConnect" : "connect", onConnect);
		if (closed) socket.destroy();
		return socket;
	};
	const kafka = new kafkajs.Kafka({
		clientId: "weir",
		brokers: (readBrokers(config.brokers) ?? []).map(({ host, port }) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`)),
		ssl: false, // The sockets come encrypted.
		...(config.mechanism === "none" ? {} : { sasl: signIn(config) }),
		socketFactory,
		connectionTimeout: timeoutMs,
		authenticationTimeout: timeoutMs,
		requestTimeout: timeoutMs,
		retry: { retries: 1, initialRetryTime: 100 },
		logLevel: kafkajs.logLevel.NOTHING,
		...settings,
	});
	return {
		kafka,
		close() {
			closed = true;
			for (const socket of sockets) socket.destroy();
		},
	};
}

function signIn({ mechanism, user, password }: KafkaConfig): SASLOptions {
	return { mechanism, username: user, password: password?.reveal() ?? "" } as SASLOptions;
}

interface KafkaError {
	readonly name?: unknown;
	readonly type?: unknown;
	readonly code?: unknown;
	readonly cause?: unknown;
	readonly originalError?: unknown;
}

/** The error and what it was made from, outermost first. */
function chainOf(error: unknown): readonly KafkaError[] {
	const chain: KafkaError[] = [];
	for (let at: unknown = error; typeof at === "object" && at !== null && chain.length < 6; ) {
		const link: KafkaError = at;
		chain.push(link);
		at = link.cause ?? link.originalError;
	}
	return chain;
}

/** The one place where errors of a Kafka connection are sorted. */
export function kafkaFailure(error: unknown): WeirError {
	const chain = chainOf(error);
	const own = chain.find(isWeirError);
	if (own !== undefined) return own;
	const said = textOf(chain.at(-1) ?? error).replace(/\.$/, "");
	const options = { cause: error };
	// The client keeps the code and the words of a socket's error, not the error.
	if (chain.some(({ code }) => code === "CONNECTION_DENIED")) {
		return new WeirError(
			"CONNECTION_DENIED",
			`A broker that the cluster names cannot be reached: ${said.replace(/^Connection error: /, "")}.`,
			options,
		);
	}
	const type = chain.map((link) => link.type).find((one): one is string => typeof one === "string");
	if (chain.some(({ name }) => name === "KafkaJSSASLAuthenticationError") || /SASL/.test(type ?? "")) {
		return new WeirError("CONNECTION_DENIED", `Kafka refuses the user or the password: ${said}.`, options);
	}
	if (type !== undefined && /AUTHORIZATION_FAILED/.test(type)) {
		return new WeirError("CONNECTION_DENIED", `The Kafka user lacks a right: ${said}.`, options);
	}
	if (type === "UNKNOWN_TOPIC_OR_PARTITION") {
		return new WeirError("CONNECTION_TARGET_MISSING", "Kafka has no such topic; make it there, or choose another one.", options);
	}
	if (type === "MESSAGE_TOO_LARGE" || type === "INVALID_RECORD" || type === "RECORD_LIST_TOO_LARGE") {
		return new WeirError("SINK_REJECTED", `Kafka refuses the record: ${said}.`, options);
	}
	if (chain.some(({ name }) => name === "KafkaJSRequestTimeoutError") || type === "REQUEST_TIMED_OUT") {
		return new WeirError("CONNECTION_SLOW", "Kafka does not answer in time.", options);
	}
	if (type !== undefined) return new WeirError("SINK_UNAVAILABLE", `Kafka cannot do it at the moment: ${said}.`, options);
	const socket = chain.find(({ code }) => typeof code === "string");
	return networkFailure("Kafka", socket ?? chain.at(-1) ?? error);
}
