import { randomUUID } from "node:crypto";
import { invariant, isWeirError } from "@weir/errors";
import { CODEC, encodeFrameHeader, encodeRawFrame, encodeRecord, readFrame } from "@weir/records";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Entry, Log, StreamRef } from "../ports.ts";

/** A log to be tried, and what the suite may do to the thing behind it. */
export interface LogFixture {
	readonly log: Log;
	/** The service behind the log; absent where there is none. */
	readonly service?: {
		/** Kills it without warning. */
		readonly kill: () => Promise<void>;
		/** Starts it again on the same data. */
		readonly revive: () => Promise<void>;
	};
	readonly close: () => Promise<void>;
}

/** What every Log MUST do. Each adapter runs it on the real thing; `outlivesService` adds the death of what stands behind it, and `neverSeals` says that it cannot. */
export function describeLog(
	name: string,
	createLog: () => Promise<LogFixture>,
	options: { readonly outlivesService?: true; readonly neverSeals?: true } = {},
): void {
	describe(`log: ${name}`, () => {
		let fixture: LogFixture;
		let log: Log;
		let stream: StreamRef;

		beforeAll(async () => {
			fixture = await createLog();
			log = fixture.log;
		});
		afterAll(() => fixture.close());
		beforeEach(() => {
			stream = { tenant: randomUUID(), stream: `e:${randomUUID()}` };
		});

		const append = (text: string, seq: number, partition = 0, producer = "pump-house") =>
			log.append(stream, partition, Buffer.from(text), 1, { id: producer, seq });
		const readAll = async (after = "", partition = 0) =>
			texts((await log.read([{ stream, partition, after }], { maxBytes: 1_000_000, waitMs: 0 }))[0] ?? []);

		const payloads = async () => {
			const [entries = []] = await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 1_000_000, waitMs: 0 });
			return entries.map(({ frame }) => readFrame(frame).records.map(({ payload }) => Buffer.from(payload).toString()));
		};

		it("gives the entries of a partition back in the order they were appended", async () => {
			for (let seq = 1; seq <= 30; seq++) await append(`litre ${seq}`, seq);
			expect(await readAll()).toEqual(Array.from({ length: 30 }, (_, i) => `litre ${i + 1}`));
		});

		it("keeps partitions, streams and tenants apart", async () => {
			await append("left", 1, 0);
			await append("right", 1, 1);
			const foreign = { tenant: randomUUID(), stream: stream.stream };
			expect(await readAll("", 0)).toEqual(["left"]);
			expect(await readAll("", 1)).toEqual(["right"]);
			expect(await log.read([{ stream: foreign, partition: 0, after: "" }], { maxBytes: 1000, waitMs: 0 })).toEqual([[]]);
		});

		it("reads from any place, the ends included", async () => {
			const ids = [];
			for (let seq = 1; seq <= 5; seq++) ids.push(await append(`litre ${seq}`, seq));
			expect(await readAll(ids[0])).toEqual(["litre 2", "litre 3", "litre 4", "litre 5"]);
			expect(await readAll(ids[3])).toEqual(["litre 5"]);
			expect(await readAll(ids[4])).toEqual([]);
		});

		it("shows the newest entries first", async () => {
			expect(await log.tail(stream, 0, 3)).toEqual([]);
			for (let seq = 1; seq <= 5; seq++) await append(`litre ${seq}`, seq);
			expect(texts(await log.tail(stream, 0, 3))).toEqual(["litre 5", "litre 4", "litre 3"]);
		});

		it("orders its places, the empty one first", async () => {
			const first = await append("a", 1);
			const second = await append("b", 2);
			expect([log.compare("", first), log.compare(first, second), log.compare(second, first), log.compare(first, first)]).toEqual([
				-1, -1, 1, 0,
			]);
		});

		it("keeps a frame of raw records as it was made", async () => {
			const packed = [
				encodeRecord({ key: "pump-1", topic: "plant/pump-1/litres", payload: Buffer.from('{"litres":5}') }),
				encodeRecord({ key: "", topic: "", payload: Buffer.alloc(0) }),
				encodeRecord({ key: "Pümpe", topic: "", payload: Buffer.from([0, 255, 10, 13]) }),
			];
			const frame = encodeRawFrame(NOW_MS, packed);
			await log.append(stream, 0, frame, 3, { id: "pump-house", seq: 1 });
			await log.append(stream, 0, rawFrame("next"), 1, { id: "pump-house", seq: 2 });
			const [entries = []] = await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 1_000, waitMs: 0 });
			expect(entries.map((entry) => Buffer.from(entry.frame).toString("hex"))).toEqual([
				Buffer.from(frame).toString("hex"),
				Buffer.from(rawFrame("next")).toString("hex"),
			]);
		});

		it("takes an entry as large as a door makes them, and one that is larger", async () => {
			for (const [i, size] of [62_900, 300_000].entries()) {
				await log.append(stream, 0, Buffer.alloc(size, "x"), 1, { id: "pump-house", seq: i + 1 });
			}
			expect((await readAll()).map((text) => text.length)).toEqual([62_900, 300_000]);
		});

		it("finds its way past what was trimmed, also for a reader that stands before it", async () => {
			const ids = [];
			for (let seq = 1; seq <= 5; seq++) ids.push(await append(`litre ${seq}`, seq));
			await log.trim(stream, 0, ids[2] ?? "");
			expect(await readAll("")).toEqual(["litre 4", "litre 5"]);
			expect(await readAll(ids[0])).toEqual(["litre 4", "litre 5"]);
			expect(texts(await log.tail(stream, 0, 10))).toEqual(["litre 5", "litre 4"]);
		});

		it("forgets nothing when it is asked to trim up to before the first entry, or trims twice", async () => {
			const first = await append("litre 1", 1);
			await append("litre 2", 2);
			await log.trim(stream, 0, "");
			expect(await readAll()).toEqual(["litre 1", "litre 2"]);
			await log.trim(stream, 0, first);
			await log.trim(stream, 0, first);
			expect(await readAll()).toEqual(["litre 2"]);
		});

		it("says where a time begins, as far as to tell old from new", async () => {
			const first = await log.append(stream, 0, encodeRawFrame(Date.now(), [encodeRecord(aRecord)]), 1, { id: "pump-house", seq: 1 });
			expect(log.compare(await log.at(stream, 0, Date.now() - 3_600_000), first)).toBe(-1);
			expect(log.compare(await log.at(stream, 0, Date.now() + 3_600_000), first)).toBeGreaterThanOrEqual(0);
		});

		it("says exactly where a time begins, and from when on it holds all", async () => {
			const timed = async (seq: number) => {
				const before = Date.now();
				// The next millisecond: what came before this one is over.
				while (Date.now() <= before + 1) await new Promise((resolve) => setTimeout(resolve, 1));
				const atMs = Date.now();
				const id = await log.append(stream, 0, encodeRawFrame(atMs, [encodeRecord(aRecord)]), 1, { id: "pump-house", seq });
				return { id, atMs };
			};
			const first = await timed(1);
			const second = await timed(2);
			const third = await timed(3);
			const after = async (timeMs: number) => {
				const [entries = []] = await log.read([{ stream, partition: 0, after: await log.at(stream, 0, timeMs) }], {
					maxBytes: 1_000_000,
					waitMs: 0,
				});
				return entries.map(({ id }) => id);
			};
			expect(await after(first.atMs)).toEqual([first.id, second.id, third.id]);
			expect(await after(second.atMs)).toEqual([second.id, third.id]);
			expect(await after(third.atMs + 3_600_000)).toEqual([]);
			expect(await log.heldFrom(stream, 0)).toBeUndefined();
			await log.trim(stream, 0, second.id);
			const held = (await log.heldFrom(stream, 0)) ?? 0;
			expect(held).toBeGreaterThan(second.atMs);
			await log.trim(stream, 0, third.id);
			// Also when nothing is left that could say it.
			expect(await log.heldFrom(stream, 0)).toBeGreaterThan(third.atMs);
		});

		it("keeps bytes as they are", async () => {
			const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
			await log.append(stream, 0, bytes, 1, { id: "pump-house", seq: 1 });
			const [entries] = await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 1000, waitMs: 0 });
			expect(Buffer.compare(Buffer.from(entries?.[0]?.frame ?? []), bytes)).toBe(0);
		});

		it("adds nothing when a producer repeats a number (I2)", async () => {
			const first = await append("once", 7);
			expect(await append("once", 7)).toBe(first);
			expect(await append("an older number", 6)).toBe(first);
			await append("once", 7, 0, "another pump house");
			expect(await readAll()).toEqual(["once", "once"]);
		});

		it("leaves out the records whose message id it has seen, in the call and before it", async () => {
			const identified = (ids: string[], seq: number, partition = 0) =>
				log.appendIdentified(stream, partition, HEADER, withIds(ids), { id: "pump-house", seq });
			expect(await identified(["a", "b", "a"], 1)).toEqual({ accepted: 2, duplicates: [2] });
			expect(await identified(["b", "c"], 2)).toEqual({ accepted: 1, duplicates: [0] });
			expect(await identified(["a", "b", "c"], 3)).toEqual({ accepted: 0, duplicates: [0, 1, 2] });
			expect(await identified(["a"], 1, 1)).toEqual({ accepted: 0, duplicates: [0] });
			expect(await payloads()).toEqual([["a", "b"], ["c"]]);
			expect((await log.state(stream, 0)).records).toBe(3);
			expect((await log.state(stream, 1)).last).toBe("");
		});

		it("answers a repeated identified append as it did the first time", async () => {
			const once = () => log.appendIdentified(stream, 0, HEADER, withIds(["a"]), { id: "pump-house", seq: 1 });
			expect(await once()).toEqual({ accepted: 1, duplicates: [] });
			expect(await once()).toEqual({ accepted: 1, duplicates: [] });
			expect(await payloads()).toEqual([["a"]]);
		});

		it("keeps what is appended with and without message ids in order, and counts both", async () => {
			await log.append(stream, 0, rawFrame("1"), 1, { id: "plain", seq: 1 });
			await log.appendIdentified(stream, 0, HEADER, withIds(["2", "3"]), { id: "identified", seq: 1 });
			await log.append(stream, 0, rawFrame("4"), 1, { id: "plain", seq: 2 });
			expect(await payloads()).toEqual([["1"], ["2", "3"], ["4"]]);
			const { last, records } = await log.state(stream, 0);
			expect(records).toBe(4);
			expect((await log.tail(stream, 0, 1))[0]?.id).toBe(last);
			await log.appendIdentified(stream, 0, HEADER, withIds(["5"]), { id: "identified", seq: 2 });
			const end = await log.state(stream, 0);
			const [rest = []] = await log.read([{ stream, partition: 0, after: last }], { maxBytes: 1_000_000, waitMs: 0 });
			// A reader that has read all stands at the very end, whatever the medium keeps beside records.
			expect(rest.map(({ id }) => id)).toEqual([end.last]);
			expect(await log.read([{ stream, partition: 0, after: end.last }], { maxBytes: 1_000_000, waitMs: 0 })).toEqual([[]]);
		});

		it("wakes a reader that waits, on whichever partition something comes", async () => {
			const waiting = log.read(
				Array.from({ length: 16 }, (_, partition) => ({ stream, partition, after: "" })),
				{ maxBytes: 1000, waitMs: 20_000 },
			);
			await append("here", 1, 3);
			expect((await waiting).map(texts)[3]).toEqual(["here"]);
		});

		it("reads one partition from several places in one call", async () => {
			const ids: string[] = [];
			for (let seq = 1; seq <= 3; seq++) ids.push(await append(`litre ${seq}`, seq));
			const readers = [ids[2] ?? "", ids[1] ?? "", "", ids[0] ?? ""].map((after) => ({
				stream,
				partition: 0,
				after,
				seen: [] as string[],
			}));
			// A log may answer some of them first, as long as all of them come to the end.
			for (let call = 0; call < 20 && readers.some(({ after }) => after !== ids[2]); call++) {
				const found = await log.read(readers, { maxBytes: 1000, waitMs: 0 });
				for (const [i, reader] of readers.entries()) {
					const entries = found[i] ?? [];
					reader.seen.push(...texts(entries));
					reader.after = entries.at(-1)?.id ?? reader.after;
				}
			}
			expect(readers.map(({ seen }) => seen)).toEqual([[], ["litre 3"], ["litre 1", "litre 2", "litre 3"], ["litre 2", "litre 3"]]);
		});

		it("lets more places be read at once than one call of its medium takes", async () => {
			const requests = Array.from({ length: 99 }, (_, i) => ({ stream: { ...stream, stream: `e:quiet-${i}` }, partition: 0, after: "" }));
			const waiting = log.read([...requests, { stream, partition: 0, after: "" }], { maxBytes: 1000, waitMs: 20_000 });
			await append("far", 1);
			expect((await waiting).map(texts)[99]).toEqual(["far"]);
		});

		it("answers with nothing when the wait is over or the signal fires", async () => {
			const none = [{ stream, partition: 0, after: "" }];
			expect(await log.read(none, { maxBytes: 1000, waitMs: 20 })).toEqual([[]]);
			const stop = new AbortController();
			const waiting = log.read(none, { maxBytes: 1000, waitMs: 60_000, signal: stop.signal });
			stop.abort();
			expect(await waiting).toEqual([[]]);
		});

		it("gives a slow reader a bounded piece at a time, and never less than one entry", async () => {
			for (let seq = 1; seq <= 100; seq++) await append(`${seq}`.padStart(1_000, " "), seq);
			const seen: string[] = [];
			let after = "";
			for (;;) {
				const [entries = []] = await log.read([{ stream, partition: 0, after }], { maxBytes: 10_000, waitMs: 0 });
				if (entries.length === 0) break;
				expect(entries.reduce((sum, entry) => sum + entry.frame.byteLength, 0)).toBeLessThanOrEqual(10_000);
				seen.push(...texts(entries).map((text) => text.trim()));
				after = entries.at(-1)?.id ?? after;
			}
			expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => `${i + 1}`));
			expect((await log.read([{ stream, partition: 0, after: "" }], { maxBytes: 10, waitMs: 0 }))[0]).toHaveLength(1);
		});

		it("counts records, and does not forget how many when it trims", async () => {
			const first = await log.append(stream, 0, rawFrame("1", "2", "3"), 3, { id: "pump-house", seq: 1 });
			const second = await append("67", 2);
			expect(await log.state(stream, 0)).toEqual({ first, last: second, records: 4 });
			await log.trim(stream, 0, first);
			expect(await log.state(stream, 0)).toEqual({ first: second, last: second, records: 4 });
			await log.trim(stream, 0, second);
			expect(await log.state(stream, 0)).toEqual({ first: undefined, last: second, records: 4 });
			const third = await append("8", 3);
			expect(log.compare(third, second)).toBe(1);
			expect(await readAll(first)).toEqual(["8"]);
		});

		it("says about how many bytes are kept, and no more than that after a trim", async () => {
			expect(await log.bytes(stream, 0)).toBe(0);
			const ids = [];
			for (let seq = 1; seq <= 40; seq++) {
				const record = encodeRecord({ ...aRecord, payload: Buffer.alloc(10_000, seq) });
				ids.push(await log.append(stream, 0, encodeRawFrame(NOW_MS, [record]), 1, { id: "pump-house", seq }));
			}
			const all = await log.bytes(stream, 0);
			expect(all).toBeGreaterThan(350_000);
			expect(all).toBeLessThan(650_000);
			await log.trim(stream, 0, ids[29] ?? "");
			const rest = await log.bytes(stream, 0);
			expect(rest).toBeGreaterThan(80_000);
			expect(rest).toBeLessThan(180_000);
			await log.trim(stream, 0, ids[39] ?? "");
			expect(await log.bytes(stream, 0)).toBeLessThan(10_000);
		});

		if (options.neverSeals !== true) {
			it("takes nothing into a sealed partition, and loses nothing that it had taken", async () => {
				const taken: string[] = [];
				let refused = 0;
				const senders = Array.from({ length: 8 }, async (_, sender) => {
					for (let seq = 1; ; seq++) {
						const text = `${sender}:${seq}`;
						try {
							if (sender % 2 === 0) await append(text, seq, 0, `sender ${sender}`);
							else await log.appendIdentified(stream, 0, HEADER, withIds([text]), { id: `sender ${sender}`, seq });
						} catch (error) {
							expect(isWeirError(error) && error.code).toBe("STREAM_SEALED");
							refused++;
							return;
						}
						taken.push(text);
						if (taken.length === 40) await log.seal(stream, 0);
					}
				});
				await Promise.all(senders);
				expect(refused).toBe(8);
				expect((await log.state(stream, 0)).records).toBe(taken.length);
				// A repeat of what is there is answered as before: whoever did not hear the answer must not send it elsewhere.
				const first = taken.find((text) => Number(text.split(":")[0]) % 2 === 0) ?? "";
				await expect(append(first, Number(first.split(":")[1]), 0, `sender ${first.split(":")[0]}`)).resolves.toBeTypeOf("string");
				await log.seal(stream, 0);
				expect([await log.isSealed(stream, 0), await log.isSealed(stream, 1)]).toEqual([true, false]);
				expect((await log.state(stream, 0)).records).toBe(taken.length);
				await append("next door", 1, 1);
			});

			it("knows a message id again in a later generation of the stream", async () => {
				await log.appendIdentified(stream, 0, HEADER, withIds(["a"]), { id: "pump-house", seq: 1 });
				const next = { ...stream, stream: `${stream.stream}~2` };
				const again = await log.appendIdentified(next, 5, HEADER, withIds(["a", "b"]), { id: "pump-house", seq: 2 });
				expect(again).toEqual({ accepted: 1, duplicates: [0] });
			});
		}

		it("shows that it is shorter than a checkpoint says (I15)", async () => {
			const checkpoint = await append("gone", 1);
			await log.drop(stream, 1);
			const { last } = await log.state(stream, 0);
			expect(log.compare(checkpoint, last)).toBe(1);
			expect(await readAll()).toEqual([]);
		});

		it("takes appends from many callers at once and loses none", async () => {
			await Promise.all(Array.from({ length: 200 }, (_, i) => until(() => append(`${i}`, 1, i % 4, `pump ${i}`))));
			const all = (await Promise.all([0, 1, 2, 3].map((partition) => readAll("", partition)))).flat();
			expect(new Set(all).size).toBe(200);
		});

		if (!options.outlivesService) return;
		describe("when its service dies", () => {
			it("fails in bounded time, keeps what it acknowledged, and goes on within 3 s of its return", async () => {
				const { service } = fixture;
				invariant(service !== undefined, "A log that outlives its service names it in its fixture.");
				for (let seq = 1; seq <= 20; seq++) await until(() => append(`litre ${seq}`, seq));
				const waiting = log.read([{ stream, partition: 0, after: (await log.state(stream, 0)).last }], { maxBytes: 1000, waitMs: 60_000 });
				const lost = expect(waiting).rejects.toSatisfy(isAway);
				await service.kill();
				await lost;
				const before = performance.now();
				await expect(append("nobody hears", 21)).rejects.toSatisfy(isAway);
				await expect(readAll()).rejects.toSatisfy(isAway);
				expect(performance.now() - before).toBeLessThan(6_000);
				await service.revive();
				const back = performance.now();
				const again = await until(() => readAll());
				await until(() => append("litre 21", 21));
				expect(performance.now() - back).toBeLessThan(3_000);
				expect(again).toEqual(Array.from({ length: 20 }, (_, i) => `litre ${i + 1}`));
				expect((await readAll()).at(-1)).toBe("litre 21");
				expect((await log.state(stream, 0)).records).toBe(21);
			});
		});
	});
}

const NOW_MS = Date.now();
const HEADER = encodeFrameHeader(CODEC.raw, NOW_MS);

function withIds(ids: readonly string[]): { readonly messageId: string; readonly record: Uint8Array }[] {
	return ids.map((messageId) => ({ messageId, record: encodeRecord({ key: "pump-1", topic: "", payload: Buffer.from(messageId) }) }));
}

const aRecord = { key: "pump-1", topic: "", payload: Buffer.from("5") };

/** A frame as a door makes it, of records of several pumps. */
function rawFrame(...payloads: readonly string[]): Uint8Array {
	const packed = payloads.map((payload, i) => encodeRecord({ key: `pump-${i}`, topic: "", payload: Buffer.from(payload) }));
	return encodeRawFrame(NOW_MS, packed);
}

function texts(entries: readonly Entry[]): string[] {
	return entries.map((entry) => Buffer.from(entry.frame).toString());
}

function isAway(error: unknown): boolean {
	return isWeirError(error) && error.code === "LOG_UNAVAILABLE";
}

/** Tries again while the log is away, as every caller of a log does. */
async function until<T>(act: () => Promise<T>): Promise<T> {
	for (;;) {
		try {
			return await act();
		} catch (error) {
			if (!isAway(error)) throw error;
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}
}
