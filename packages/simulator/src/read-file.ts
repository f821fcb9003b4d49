import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { WeirError } from "@weir/errors";
import type { Sample } from "./sample.ts";

const TIME_FIELDS = ["time", "timestamp", "ts", "eventTime", "event_time", "at", "bt"];
const SPACING_MS = 100;

/**
 * Reads the records of a file in their order: `.csv` with `epochMillis,text` lines, `.ndjson`/`.jsonl` with a JSON object or
 * SenML pack a line, `.json`/`.senml` with one array of them.
 */
export async function* readSamples(file: string): AsyncGenerator<Sample> {
	const extension = path.extname(file).toLowerCase();
	if (extension === ".csv") yield* fromCsv(file);
	else if (extension === ".ndjson" || extension === ".jsonl") yield* fromLines(file);
	else if (extension === ".json" || extension === ".senml") yield* fromArray(file);
	else
		throw new WeirError("REQUEST_INVALID", `The file must end in .csv, .ndjson, .jsonl, .json or .senml; ${path.basename(file)} does not.`);
}

function linesOf(file: string): AsyncIterable<string> {
	return createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
}

async function* fromCsv(file: string): AsyncGenerator<Sample> {
	let line = 0;
	for await (const text of linesOf(file)) {
		line++;
		if (text.trim() === "") continue;
		const comma = text.indexOf(",");
		const atMs = Number(text.slice(0, comma));
		if (comma < 1 || !Number.isFinite(atMs)) {
			throw new WeirError("RECORD_UNREADABLE", `Line ${line} of ${path.basename(file)} does not begin with milliseconds and a comma.`);
		}
		yield { atMs, body: text.slice(comma + 1) };
	}
}

async function* fromLines(file: string): AsyncGenerator<Sample> {
	let line = 0;
	for await (const text of linesOf(file)) {
		line++;
		if (text.trim() === "") continue;
		yield { atMs: timeOf(parse(text, `Line ${line} of ${path.basename(file)}`)) ?? line * SPACING_MS, body: text };
	}
}

async function* fromArray(file: string): AsyncGenerator<Sample> {
	const whole = parse(await readFile(file, "utf8"), path.basename(file));
	// A SenML pack is an array too, of measurements that belong together: an array of packs or objects is a file of many.
	const isOnePack = Array.isArray(whole) && whole.some((one) => typeof one === "object" && one !== null && ("n" in one || "bn" in one));
	const records: unknown[] = Array.isArray(whole) && !isOnePack ? whole : [whole];
	for (const [index, record] of records.entries()) yield { atMs: timeOf(record) ?? index * SPACING_MS, body: JSON.stringify(record) };
}

function parse(text: string, place: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new WeirError("RECORD_UNREADABLE", `${place} is not JSON: ${error instanceof Error ? error.message : ""}`, { cause: error });
	}
}

/** Event time of a parsed record, from the field names that are common for it. */
function timeOf(record: unknown): number | undefined {
	const fields: unknown = Array.isArray(record) ? record[0] : record;
	if (typeof fields !== "object" || fields === null) return undefined;
	for (const name of TIME_FIELDS) {
		const value: unknown = Reflect.get(fields, name);
		if (typeof value === "number") return value < 1e11 ? value * 1000 : value;
		if (typeof value === "string" && !Number.isNaN(Date.parse(value))) return Date.parse(value);
	}
	return undefined;
}
