import { createMemoryLog } from "@weir/backends/log";
import { isWeirError, WeirError } from "@weir/errors";
import { encodeRecord, readFrame } from "@weir/records";
import type { Log } from "@weir/runtime";
import { describe, expect, it } from "vitest";
import { LogWriter, type Patience, type Piece } from "./writer.ts";

const stream = { tenant: "water", stream: "e:pump" };
const PATIENCE = { ms: 2_000, waitsWhenFull: false };

function packed(text: string, messageId?: string): Piece {
	const bytes = encodeRecord({ key: "pump-1", topic: "", payload: Buffer.from(text) });
	return { partition: 0, count: 1, bytes, ...(messageId === undefined ? {} : { messageIds: [messageId] }) };
}

function write(writer: LogWriter, pieces: readonly Piece[], patience: Patience = PATIENCE) {
	return writer.write(stream, pieces, patience, () => Promise.reject(new Error("The partition is sealed.")));
}

/** A log whose appends wait to be let through, one by one, or fail. */
function aGate(inner: Log) {
	const waiting: ((error?: Error) => void)[] = [];
	let appends = 0;
	const gate = async <T>(act: () => Promise<T>, isLost = false): Promise<T> => {
		appends++;
		const error = await new Promise<Error | undefined>((resolve) => waiting.push(resolve));
		const result = error === undefined || isLost ? await act() : undefined;
		if (error !== undefined) throw error;
		return result as T;
	};
	const log: Log = {
		...bound(inner),
		append: (...args) => gate(() => inner.append(...args), true),
		appendIdentified: (...args) => gate(() => inner.appendIdentified(...args), true),
	};
	const open = async (error?: Error) => {
		while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
		waiting.shift()?.(error);
	};
	return { log, open, appends: () => appends };
}

function bound(log: Log): Log {
	return {
		append: (...args) => log.append(...args),
		appendIdentified: (...args) => log.appendIdentified(...args),
		read: (...args) => log.read(...args),
		state: (...args) => log.state(...args),
		tail: (...args) => log.tail(...args),
		at: (...args) => log.at(...args),
		heldFrom: (...args) => log.heldFrom(...args),
		bytes: (...args) => log.bytes(...args),
		seal: (...args) => log.seal(...args),
		unseal: (...args) => log.unseal(...args),
		isSealed: (...args) => log.isSealed(...args),
		compare: (...args) => log.compare(...args),
		trim: (...args) => log.trim(...args),
		drop: (...args) => log.drop(...args),
		close: () => log.close(),
	};
}

async function stored(log: Log): Promise<string[][]> {
	const [entries = []] = await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 1e9, waitMs: 0 });
	return entries.map((entry) => readFrame(entry.frame).records.map(({ payload }) => Buffer.from(payload).toString()));
}

const away = new WeirError("LOG_UNAVAILABLE", "The log is away.");

describe("group commit", () => {
	it("says that a record is stored only after the log has it (I1)", async () => {
		const inner = createMemoryLog();
		const { log, open } = aGate(inner);
		const writer = new LogWriter({ log, producer: "g", limitBytes: 1e6 });
		let isAcknowledged = false;
		const written = write(writer, [packed("a")]).then(() => {
			isAcknowledged = true;
		});
		for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
		expect([isAcknowledged, await stored(inner)]).toEqual([false, []]);
		await open();
		await written;
		expect([isAcknowledged, await stored(inner)]).toEqual([true, [["a"]]]);
	});

	it("gathers what comes while an append is under way into one frame, in order", async () => {
		const inner = createMemoryLog();
		const { log, open } = aGate(inner);
		const writer = new LogWriter({ log, producer: "g", limitBytes: 1e6 });
		const first = write(writer, [packed("1")]);
		await new Promise((resolve) => setImmediate(resolve));
		const rest = ["2", "3", "4"].map((text) => write(writer, [packed(text)]));
		await open();
		await first;
		await open();
		await Promise.all(rest);
		expect(await stored(inner)).toEqual([["1"], ["2", "3", "4"]]);
	});

	it("cuts at the size of a frame", async () => {
		const log = createMemoryLog();
		const writer = new LogWriter({ log, producer: "g", limitBytes: 1e6 });
		await write(
			writer,
			Array.from({ length: 10 }, () => packed("x".repeat(20_000))),
		);
		const [entries = []] = await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 1e9, waitMs: 0 });
		expect(entries.map((entry) => readFrame(entry.frame).records.length)).toEqual([3, 3, 3, 1]);
		expect(Math.max(...entries.map((entry) => entry.frame.byteLength))).toBeLessThanOrEqual(63_000);
	});

	it("repeats an append whose answer was lost as it was, and the log has it once (I2)", async () => {
		const inner = createMemoryLog();
		const { log, open, appends } = aGate(inner);
		const writer = new LogWriter({ log, producer: "g", limitBytes: 1e6 });
		const written = write(writer, [packed("once")]);
		await open(away);
		await open();
		expect(await written).toEqual({ accepted: 1, duplicates: 0 });
		expect(appends()).toBe(2);
		expect(await stored(inner)).toEqual([["once"]]);
	});

	it("tells each caller how many of its own records were repeats", async () => {
		const log = createMemoryLog();
		const writer = new LogWriter({ log, producer: "g", limitBytes: 1e6 });
		const all = await Promise.all([
			write(writer, [packed("a", "1"), packed("b", "2")]),
			write(writer, [packed("b", "2"), packed("c", "3"), packed("c", "3")]),
			write(writer, [packed("d")]),
		]);
		expect(all).toEqual([
			{ accepted: 2, duplicates: 0 },
			{ accepted: 1, duplicates: 2 },
			{ accepted: 1, duplicates: 0 },
		]);
		expect(await stored(log)).toEqual([["a", "b", "c"], ["d"]]);
	});

	it("gives up when the patience is over, and the next record goes its way", async () => {
		const inner = createMemoryLog();
		const { log, open } = aGate(inner);
		const writer = new LogWriter({ log, producer: "g", limitBytes: 1e6 });
		const lost = write(writer, [packed("lost")], { ms: 0, waitsWhenFull: false });
		const isAway = (error: unknown) => isWeirError(error) && error.code === "LOG_UNAVAILABLE";
		const refused = expect(lost).rejects.toSatisfy(isAway);
		await open(away);
		await refused;
		const next = write(writer, [packed("next")]);
		await open();
		await next;
		expect((await stored(inner)).flat()).toContain("next");
	});

	it("takes no more than it may hold, says so, and frees what it held", async () => {
		const { log, open } = aGate(createMemoryLog());
		const writer = new LogWriter({ log, producer: "g", limitBytes: 100 });
		const held = write(writer, [packed("x".repeat(60))]);
		expect(writer.isPressed).toBe(true);
		await expect(write(writer, [{ ...packed("x".repeat(60)), partition: 1 }])).rejects.toSatisfy(
			(error) => isWeirError(error) && error.code === "LOG_FULL",
		);
		const relieved = writer.untilRelieved();
		await open();
		await Promise.all([held, relieved]);
		expect(writer.heldBytes).toBe(0);
	});
});
