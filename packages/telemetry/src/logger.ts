import pino from "pino";
import { allowedFields } from "./fields.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one JSON line per call: a sentence, and fields from the allow-list. An `Error` may stand in any field. */
export interface Logger {
	debug(sentence: string, fields?: LogFields): void;
	info(sentence: string, fields?: LogFields): void;
	warn(sentence: string, fields?: LogFields): void;
	error(sentence: string, fields?: LogFields): void;
	/** A logger that adds these fields to each line. */
	child(fields: LogFields): Logger;
}

export interface LoggerOptions {
	/** Which process or part speaks, e.g. `gateway`. */
	readonly name: string;
	readonly level?: LogLevel;
	/** Where lines go; the default is standard output. */
	readonly write?: (line: string) => void;
}

// The second net: names that must not be printed even if someone puts them on the allow-list.
const SECRET_NAMES = ["password", "token", "secret", "authorization", "cookie", "pepper", "masterKey"];

export function createLogger(options: LoggerOptions): Logger {
	const settings: pino.LoggerOptions = {
		name: options.name,
		level: options.level ?? "info",
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (label) => ({ level: label }) },
		redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "•••" },
	};
	const { write } = options;
	return wrap(write === undefined ? pino(settings) : pino(settings, { write }));
}

/** For tests and tools that have nothing to say. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => silentLogger };

function wrap(inner: pino.Logger): Logger {
	const at =
		(level: LogLevel) =>
		(sentence: string, fields: LogFields = {}): void => {
			if (inner.isLevelEnabled(level)) inner[level](allowedFields(fields), sentence);
		};
	return {
		debug: at("debug"),
		info: at("info"),
		warn: at("warn"),
		error: at("error"),
		child: (fields) => wrap(inner.child(allowedFields(fields))),
	};
}
