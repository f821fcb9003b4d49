import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CheckpointStep, CommitAuthority, Position, TaskRef } from "../ports.ts";

/** An authority to be tried, with a way to write one word of output and to read all that was written. */
export interface AuthorityFixture<Medium> {
	readonly authority: CommitAuthority<Medium>;
	write(medium: Medium, word: string): Promise<void>;
	written(task: TaskRef): Promise<readonly string[]>;
	readonly close: () => Promise<void>;
}

function checkpoint(at: string, count: number, more: Partial<CheckpointStep> = {}): CheckpointStep {
	return {
		put: new Map(),
		drop: [],
		position: { "e:pumps/0": at },
		state: Uint8Array.of(1, 2, 0, 255, count),
		watermark: 1_000 + count,
		counters: { "node/a/in": count },
		...more,
	};
}

/** Parts as numbers and plain bytes, in the order they are handed out. */
function plain(parts: ReadonlyMap<number, Uint8Array> | undefined): readonly (readonly [number, readonly number[]])[] {
	return [...(parts ?? [])].map(([number, bytes]) => [number, [...bytes]]);
}

/** What every CommitAuthority MUST do. Each adapter runs it on the real thing. */
export function describeCommitAuthority<Medium>(name: string, createAuthority: () => Promise<AuthorityFixture<Medium>>): void {
	describe(`commit authority: ${name}`, () => {
		let fixture: AuthorityFixture<Medium>;
		let task: TaskRef;

		beforeAll(async () => {
			fixture = await createAuthority();
		});
		afterAll(() => fixture.close());
		beforeEach(() => {
			task = { tenant: randomUUID(), job: randomUUID(), stage: "a", partition: 0 };
		});

		const commit = (generation: number, previous: Position, next: CheckpointStep, ...words: string[]) =>
			fixture.authority.commit(
				task,
				generation,
				previous,
				() => next,
				async (medium) => {
					for (const word of words) await fixture.write(medium, word);
				},
			);

		it("begins with nothing", async () => {
			expect(await fixture.authority.read(task)).toBeUndefined();
			expect(await fixture.authority.acquire(task, 1)).toEqual({
				position: {},
				state: expect.toSatisfy((state: Uint8Array) => state.length === 0),
				watermark: Number.NEGATIVE_INFINITY,
				counters: {},
				parts: new Map(),
			});
		});

		it("keeps output, position, state, watermark and counters together", async () => {
			await fixture.authority.acquire(task, 1);
			expect(await commit(1, {}, checkpoint("5-0", 3), "water", "oil")).toBe("committed");
			const kept = await fixture.authority.acquire(task, 2);
			const { position, watermark, counters } = checkpoint("5-0", 3);
			expect(kept).toEqual({ position, watermark, counters, state: expect.anything(), parts: new Map() });
			expect([...(kept?.state ?? [])]).toEqual([1, 2, 0, 255, 3]);
			expect(await fixture.written(task)).toEqual(["water", "oil"]);
		});

		it("keeps an endless watermark", async () => {
			await fixture.authority.acquire(task, 1);
			await commit(1, {}, { ...checkpoint("5-0", 3), watermark: Number.POSITIVE_INFINITY });
			expect((await fixture.authority.read(task))?.watermark).toBe(Number.POSITIVE_INFINITY);
		});

		// Mutant: a commit that does not look at the generation lets the old owner write.
		it("refuses a commit of an older generation, with all of its output", async () => {
			await fixture.authority.acquire(task, 1);
			await fixture.authority.acquire(task, 2);
			expect(await commit(1, {}, checkpoint("5-0", 3), "water")).toBe("fenced");
			expect(await fixture.written(task)).toEqual([]);
			expect((await fixture.authority.read(task))?.position).toEqual({});
		});

		// Mutant: a commit that does not look at the position counts twice when an answer was lost.
		it("refuses a commit that starts from another position, with all of its output", async () => {
			await fixture.authority.acquire(task, 1);
			await commit(1, {}, checkpoint("5-0", 3), "water");
			expect(await commit(1, {}, checkpoint("5-0", 3), "water")).toBe("fenced");
			expect(await fixture.written(task)).toEqual(["water"]);
		});

		// Mutant: a commit that looks at the position only when it begins lets both through, and the second forgets parts of the first.
		it("lets one of two commits through that begin from the same place at once", async () => {
			await fixture.authority.acquire(task, 1);
			const both = await Promise.allSettled([
				commit(1, {}, checkpoint("5-0", 3, { put: new Map([[1, Uint8Array.of(7)]]) }), "water"),
				commit(1, {}, checkpoint("6-0", 4, { put: new Map([[2, Uint8Array.of(8)]]) }), "oil"),
			]);
			expect(both.filter((one) => one.status === "fulfilled" && one.value === "committed")).toHaveLength(1);
			const stored = await fixture.authority.acquire(task, 2);
			const isFirst = stored?.position["e:pumps/0"] === "5-0";
			expect(plain(stored?.parts)).toEqual([isFirst ? [1, [7]] : [2, [8]]]);
			expect(await fixture.written(task)).toEqual([isFirst ? "water" : "oil"]);
		});

		it("gives the task to growing generations only", async () => {
			await fixture.authority.acquire(task, 5);
			expect(await fixture.authority.acquire(task, 5)).toBeUndefined();
			expect(await fixture.authority.acquire(task, 4)).toBeUndefined();
			expect(await fixture.authority.acquire(task, 6)).toBeDefined();
		});

		it("leaves nothing behind when writing fails", async () => {
			await fixture.authority.acquire(task, 1);
			const failing = fixture.authority.commit(
				task,
				1,
				{},
				() => checkpoint("5-0", 3),
				async (medium) => {
					await fixture.write(medium, "water");
					throw new Error("the pipe burst");
				},
			);
			await expect(failing).rejects.toThrow();
			expect(await fixture.written(task)).toEqual([]);
			await fixture.authority.acquire(task, 2);
			expect(await commit(2, {}, checkpoint("5-0", 3), "water")).toBe("committed");
			expect(await fixture.written(task)).toEqual(["water"]);
		});

		// Mutant: rows committed first and the position in a transaction of its own.
		it("leaves nothing behind when the checkpoint cannot be made", async () => {
			await fixture.authority.acquire(task, 1);
			const failing = fixture.authority.commit(
				task,
				1,
				{},
				() => {
					throw new Error("the gauge is broken");
				},
				(medium) => fixture.write(medium, "water"),
			);
			await expect(failing).rejects.toThrow();
			expect(await fixture.written(task)).toEqual([]);
			expect((await fixture.authority.read(task))?.position).toEqual({});
		});

		it("keeps parts until a commit drops them, in the order of their numbers", async () => {
			await fixture.authority.acquire(task, 1);
			const empty = new Uint8Array(0);
			const put = (...numbers: readonly number[]) => new Map(numbers.map((n) => [n, n === 2 ? empty : Uint8Array.of(n % 256, 0, 255)]));
			await commit(1, {}, checkpoint("1-0", 1, { put: put(1, 2) }));
			await commit(1, { "e:pumps/0": "1-0" }, checkpoint("2-0", 2, { put: put(9, 10) }));
			expect(plain((await fixture.authority.read(task))?.parts)).toEqual([
				[1, [1, 0, 255]],
				[2, []],
				[9, [9, 0, 255]],
				[10, [10, 0, 255]],
			]);
			await commit(1, { "e:pumps/0": "2-0" }, checkpoint("3-0", 3, { put: put(11), drop: [1, 9] }));
			const kept = await fixture.authority.acquire(task, 2);
			expect(plain(kept?.parts)).toEqual([
				[2, []],
				[10, [10, 0, 255]],
				[11, [11, 0, 255]],
			]);
			expect(kept?.position).toEqual({ "e:pumps/0": "3-0" });
		});

		it("keeps and drops many parts at once", async () => {
			await fixture.authority.acquire(task, 1);
			const numbers = Array.from({ length: 2_500 }, (_, n) => n);
			await commit(1, {}, checkpoint("1-0", 1, { put: new Map(numbers.map((n) => [n, Uint8Array.of(n % 256)])) }));
			expect((await fixture.authority.read(task))?.parts.size).toBe(2_500);
			await commit(1, { "e:pumps/0": "1-0" }, checkpoint("2-0", 2, { drop: numbers.slice(0, 2_400) }));
			expect([...((await fixture.authority.read(task))?.parts.keys() ?? [])]).toEqual(numbers.slice(2_400));
		});

		// Mutant: parts written outside the commit stay behind when it is refused.
		it("leaves the parts as they are when a commit is refused or fails", async () => {
			await fixture.authority.acquire(task, 1);
			await commit(1, {}, checkpoint("1-0", 1, { put: new Map([[1, Uint8Array.of(1)]]) }));
			const next = checkpoint("2-0", 2, { put: new Map([[2, Uint8Array.of(2)]]), drop: [1] });
			expect(await commit(1, { "e:pumps/0": "elsewhere" }, next)).toBe("fenced");
			const failing = fixture.authority.commit(
				task,
				1,
				{ "e:pumps/0": "1-0" },
				() => next,
				() => Promise.reject(new Error("the pipe burst")),
			);
			await expect(failing).rejects.toThrow();
			expect(plain((await fixture.authority.read(task))?.parts)).toEqual([[1, [1]]]);
		});

		it("takes what the checkpoint says once writing is through", async () => {
			await fixture.authority.acquire(task, 1);
			let words = 0;
			await fixture.authority.commit(
				task,
				1,
				{},
				() => checkpoint("5-0", words),
				async (medium) => {
					await fixture.write(medium, "water");
					words += 1;
				},
			);
			expect((await fixture.authority.read(task))?.counters).toEqual({ "node/a/in": 1 });
		});

		it("forgets the checkpoints of a job and nobody else's, and gives its tasks to nobody any more", async () => {
			const other = { ...task, job: randomUUID() };
			await fixture.authority.acquire(task, 1);
			await fixture.authority.acquire(other, 1);
			await commit(1, {}, checkpoint("5-0", 3, { put: new Map([[1, Uint8Array.of(1)]]) }));
			await fixture.authority.forget(task.tenant, task.job);
			expect(await fixture.authority.read(task)).toBeUndefined();
			expect(await fixture.authority.read(other)).toBeDefined();
			expect(await commit(1, { "e:pumps/0": "5-0" }, checkpoint("6-0", 3), "water")).toBe("fenced");
			expect(await fixture.authority.acquire(task, 2)).toBeUndefined();
			expect(await fixture.authority.read(task)).toBeUndefined();
			expect(await fixture.authority.acquire(other, 2)).toBeDefined();
		});
	});
}
