import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { openLog } from "@weir/backends/log";
import { WeirError } from "@weir/errors";
import { encodeRecord } from "@weir/records";
import { endpointStream, type Log } from "@weir/runtime";
import { LogWriter } from "../src/writer.ts";

/*
 * A drill of the proof, as a process of its own: what the doors write through is tried over a log that takes its time, and over one whose answer
 * is lost. Prints a line per promise that does not hold.
 */

const log = await openLog({
	LOG: process.env.LOG === "kafka" ? "kafka" : "redis",
	REDIS_DATA_URL: process.env.REDIS_DATA_URL,
	KAFKA_BROKERS: process.env.KAFKA_BROKERS,
});

/** Writes one record through a log whose appends go another way. */
function write(append: Log["append"]) {
	const stream = endpointStream("drill", randomUUID());
	const altered = new Proxy(log, { get: (target, name) => (name === "append" ? append : Reflect.get(target, name)) });
	const writer = new LogWriter({ log: altered, producer: randomUUID(), limitBytes: 100_000 });
	const bytes = encodeRecord({ key: "k", topic: "", payload: new Uint8Array(1) });
	return {
		written: writer.write(stream, [{ partition: 0, count: 1, bytes }], { ms: 10_000, waitsWhenFull: false }, async () => ({
			accepted: 0,
			duplicates: 0,
		})),
		async close() {
			await writer.drained();
			const { records } = await log.state(stream, 0);
			await log.drop(stream, 1);
			return records;
		},
	};
}

async function answersAfterTheLog(): Promise<void> {
	let letGo = () => {};
	const held = new Promise<void>((resolve) => {
		letGo = resolve;
	});
	let reached = () => {};
	const atTheLog = new Promise<void>((resolve) => {
		reached = resolve;
	});
	let isStored = false;
	let isEarly = false;
	const { written, close } = write(async (...args) => {
		reached();
		await held;
		const id = await log.append(...args);
		isStored = true;
		return id;
	});
	const answered = written.then(() => {
		isEarly = !isStored;
	});
	await atTheLog;
	await pause(20);
	letGo();
	await answered;
	if (isEarly) console.log("The door answers before the log has the record.");
	await close();
}

async function repeatsUnderTheSameNumber(): Promise<void> {
	let isFirst = true;
	const { written, close } = write(async (...args) => {
		const id = await log.append(...args);
		if (!isFirst) return id;
		isFirst = false;
		throw new WeirError("LOG_UNAVAILABLE", "The answer was lost on its way.");
	});
	await written;
	const records = await close();
	if (records !== 1) console.log(`An append whose answer was lost is in the log ${records} times.`);
}

await answersAfterTheLog();
await repeatsUnderTheSameNumber();
await log.close();
