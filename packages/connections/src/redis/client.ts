import { connect as connectTls } from "node:tls";
import { isWeirError, WeirError } from "@weir/errors";
import { AbstractConnector, Redis } from "ioredis";
import type { ConnectOptions } from "../definition.ts";
import { networkFailure, textOf, wrapped } from "../failure.ts";
import { guardedConnect } from "../outbound/guard.ts";
import { tlsOptions } from "../outbound/tls.ts";
import { stepTime } from "../steps.ts";
import type { RedisConfig } from "./definition.ts";

export type { RedisConfig } from "./definition.ts";

/** A client that is not connected before `connect()`. It tries no second time by itself, so that a failure is told at once. */
export function openRedis(config: RedisConfig, options: ConnectOptions): Redis {
	const timeoutMs = stepTime(options);
	class GuardedConnector extends AbstractConnector {
		constructor() {
			super(1_000);
		}

		override async connect() {
			this.connecting = true;
			const socket = await guardedConnect(config.host, config.port, options.rules, timeoutMs);
			this.stream = config.tls ? connectTls({ socket, ...tlsOptions(config, config.host) }) : socket;
			this.stream.once("error", (error) => {
				this.firstError = error;
			});
			return this.stream;
		}
	}
	const client = new Redis({
		Connector: GuardedConnector,
		...(config.user === "" ? {} : { username: config.user }),
		...(config.password === undefined ? {} : { password: config.password.reveal() }),
		db: config.database,
		lazyConnect: true,
		retryStrategy: () => null,
		maxRetriesPerRequest: 0,
		connectTimeout: timeoutMs,
		commandTimeout: timeoutMs,
		enableReadyCheck: false,
		connectionName: "weir",
	});
	// Every command says what went wrong; without a listener it would be printed as well.
	client.on("error", () => {});
	return client;
}

/** The one place where errors of a Redis connection are sorted. */
export function redisFailure(error: unknown): WeirError {
	const own = isWeirError(error) ? error : wrapped(error);
	if (own !== undefined) return own;
	const said = textOf(error).replace(/\.$/, "");
	const options = { cause: error };
	if (/WRONGPASS|NOAUTH|invalid password|ERR AUTH/i.test(said)) {
		return new WeirError("CONNECTION_DENIED", `Redis refuses the user or the password: ${said}.`, options);
	}
	if (/NOPERM/.test(said)) return new WeirError("CONNECTION_DENIED", `The Redis user lacks a right: ${said}.`, options);
	if (/READONLY/.test(said)) {
		return new WeirError(
			"CONNECTION_DENIED",
			"This Redis is a copy that takes no writes; connect to the primary, or choose to read only.",
			options,
		);
	}
	if (/DB index is out of range|invalid DB/i.test(said)) {
		return new WeirError("CONNECTION_TARGET_MISSING", `Redis has no such database: ${said}.`, options);
	}
	if (/OOM|LOADING|BUSY|MISCONF|CLUSTERDOWN|maxclients/.test(said)) {
		return new WeirError("SINK_UNAVAILABLE", `Redis cannot take more at the moment: ${said}.`, options);
	}
	if (/WRONGTYPE/.test(said)) return new WeirError("SINK_REJECTED", `The key in Redis holds something of another type: ${said}.`, options);
	if (/Command timed out/i.test(said)) return new WeirError("CONNECTION_SLOW", "Redis does not answer in time.", options);
	return networkFailure("Redis", error);
}
