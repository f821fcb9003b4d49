import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import type { Log, StreamRef } from "@weir/runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ColdFiles } from "../src/cold/cold-files.ts";
import { tieredLog } from "../src/cold/tiered-log.ts";
import type { MeasuredLog } from "../src/measured-log.ts";

/** What a log with old records in files MUST do, over each log that keeps the new ones. */
export function describeTiers(name: string, createLog: () => MeasuredLog): void {
	describe(`old records in files: ${name}`, () => {
		let folder: string;
		let hot: MeasuredLog;
		let log: Log;
		let stream: StreamRef;
		let nowMs = 0;

		beforeAll(async () => {
			folder = await mkdtemp(path.join(tmpdir(), "weir-cold-"));
			hot = createLog();
		});
		afterAll(async () => {
			await hot.close();
			await rm(folder, { recursive: true, force: true });
		});
		beforeEach(() => {
			stream = { tenant: randomUUID(), stream: `e:${randomUUID()}` };
			nowMs = Date.now();
			log = open();
		});

		/** As another process opens it. */
		const open = (keepMs = 3_600_000) => tieredLog(hot, new ColdFiles(folder), { sealEveryMs: 0, keepMs, now: () => nowMs });

		async function fill(entries: number, from = 1): Promise<{ readonly id: string; readonly atMs: number }[]> {
			const made = [];
			for (let n = from; n < from + entries; n++) {
				const before = Date.now();
				while (Date.now() === before) await new Promise((resolve) => setTimeout(resolve, 1));
				const atMs = Date.now();
				const record = encodeRecord({ key: `pump-${n}`, topic: "", payload: Buffer.from(String(n).repeat(50)) });
				made.push({ atMs, id: await log.append(stream, 0, encodeRawFrame(atMs, [record]), 1, { id: "pump-house", seq: n }) });
			}
			return made;
		}

		async function readAll(from: Log, after = "", maxBytes = 200) {
			const found: string[] = [];
			for (let at = after; ; ) {
				const [entries = []] = await from.read([{ stream, partition: 0, after: at }], { maxBytes, waitMs: 0 });
				if (entries.length === 0) return found;
				found.push(...entries.map(({ id, frame }) => `${id} ${Buffer.from(frame).toString("hex")}`));
				at = entries.at(-1)?.id ?? at;
			}
		}

		it("reads what was trimmed as it reads the rest, from any place and in any process", async () => {
			const made = await fill(10);
			const before = await readAll(log);
			await log.trim(stream, 0, made[3]?.id ?? "");
			await log.trim(stream, 0, made[6]?.id ?? "");
			expect((await hot.state(stream, 0)).first).toBe(made[7]?.id);
			for (const reader of [log, open()]) {
				expect(await readAll(reader)).toEqual(before);
				expect(await readAll(reader, "", 100_000)).toEqual(before);
				for (const [i, { id }] of made.entries()) expect(await readAll(reader, id)).toEqual(before.slice(i + 1));
			}
		});

		it("finds what was trimmed while it read on elsewhere", async () => {
			const made = await fill(4);
			const reader = open();
			const before = await readAll(reader);
			await log.trim(stream, 0, made[1]?.id ?? "");
			// It has read on from the last place all the time, and now begins anew.
			expect(await readAll(reader, made[3]?.id)).toEqual([]);
			expect(await readAll(reader)).toEqual(before);
		});

		it("says where a time begins and from when on it holds all, over both", async () => {
			const made = await fill(8);
			await log.trim(stream, 0, made[4]?.id ?? "");
			expect(await log.heldFrom(stream, 0)).toBeUndefined();
			expect(await hot.heldFrom(stream, 0)).toBeGreaterThan(made[4]?.atMs ?? 0);
			const all = await readAll(log);
			for (const [i, { atMs }] of made.entries()) expect(await readAll(log, await log.at(stream, 0, atMs))).toEqual(all.slice(i));
			expect(await readAll(log, await log.at(stream, 0, (made[7]?.atMs ?? 0) + 1_000))).toEqual([]);
		});

		it("claims no more than it has where the log forgot something while the files were not there", async () => {
			const made = await fill(8);
			await log.trim(stream, 0, made[1]?.id ?? "");
			await hot.trim(stream, 0, made[3]?.id ?? "");
			expect(await log.heldFrom(stream, 0)).toBe(await hot.heldFrom(stream, 0));
			await log.trim(stream, 0, made[5]?.id ?? "");
			const held = (await log.heldFrom(stream, 0)) ?? 0;
			expect(held).toBeGreaterThan(made[3]?.atMs ?? 0);
			expect(held).toBeLessThanOrEqual(made[4]?.atMs ?? 0);
		});

		it("forgets what is older than it keeps, and says so", async () => {
			const made = await fill(6);
			await log.trim(stream, 0, made[1]?.id ?? "");
			await log.trim(stream, 0, made[3]?.id ?? "");
			nowMs = (made[2]?.atMs ?? 0) + 3_600_000;
			await log.trim(stream, 0, made[4]?.id ?? "");
			expect(await readAll(log)).toHaveLength(4);
			const held = (await log.heldFrom(stream, 0)) ?? 0;
			expect(held).toBeGreaterThan(made[1]?.atMs ?? 0);
			expect(held).toBeLessThanOrEqual(made[2]?.atMs ?? 0);
		});

		it("loses and doubles nothing when it dies between the files and the trim", async () => {
			const made = await fill(6);
			const before = await readAll(log);
			for (const step of [0, 1]) {
				// The first trim never comes to the log, then the note behind the second does not.
				let calls = 0;
				const dying: MeasuredLog = {
					...tieredLog(hot, new ColdFiles(folder)),
					read: (...args) => hot.read(...args),
					heldFrom: (...args) => hot.heldFrom(...args),
					at: (...args) => hot.at(...args),
					async trim(...args) {
						if (step === 0) throw new Error("dead");
						await hot.trim(...args);
						calls += 1;
						throw new Error("dead");
					},
				};
				const dies = tieredLog(dying, new ColdFiles(folder), { sealEveryMs: 0, now: () => nowMs });
				await expect(dies.trim(stream, 0, made[1 + step]?.id ?? "")).rejects.toThrow("dead");
				expect(calls).toBe(step);
				expect(await readAll(open())).toEqual(before);
				expect(await open().heldFrom(stream, 0)).toBeUndefined();
			}
			await open().trim(stream, 0, made[4]?.id ?? "");
			expect(await readAll(open())).toEqual(before);
			expect(await open().heldFrom(stream, 0)).toBeUndefined();
		});

		it("refuses a damaged file by its name, and leaves nothing when the stream is dropped", async () => {
			const made = await fill(3);
			await log.trim(stream, 0, made[1]?.id ?? "");
			const place = path.join(folder, stream.tenant, encodeURIComponent(stream.stream), "0");
			const name = (await readdir(place)).find((each) => each.endsWith(".segment")) ?? "";
			const bytes = await readFile(path.join(place, name));
			bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
			await writeFile(path.join(place, name), bytes);
			await expect(readAll(open())).rejects.toMatchObject({ code: "STATE_CORRUPT", message: expect.stringContaining(name) });
			await log.drop(stream, 1);
			expect(await readAll(open())).toEqual([]);
		});
	});
}
