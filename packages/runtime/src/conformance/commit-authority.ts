import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Checkpoint, CommitAuthority, TaskRef } from "../ports.ts";

/** An authority to be tried, with a way to write one word of output and to read all that was written. */
export interface AuthorityFixture<Medium> {
	readonly authority: CommitAuthority<Medium>;
	write(medium: Medium, word: string): Promise<void>;
	written(task: TaskRef): Promise<readonly string[]>;
	readonly close: () => Promise<void>;
}

function checkpoint(at: string, count: number): Checkpoint {
	return {
		position: { "e:pumps/0": at },
		state: Uint8Array.of(1, 2, 0, 255, count),
		watermark: 1_000 + count,
		counters: { "node/a/in": count },
	};
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

		const commit = (generation: number, previous: Checkpoint["position"], next: Checkpoint, ...words: string[]) =>
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
			});
		});

		it("keeps output, position, state, watermark and counters together", async () => {
			await fixture.authority.acquire(task, 1);
			expect(await commit(1, {}, checkpoint("5-0", 3), "water", "oil")).toBe("committed");
			const kept = await fixture.authority.acquire(task, 2);
			expect(kept).toEqual({ ...checkpoint("5-0", 3), state: expect.anything() });
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

		it("forgets the checkpoints of a job and nobody else's", async () => {
			const other = { ...task, job: randomUUID() };
			await fixture.authority.acquire(task, 1);
			await fixture.authority.acquire(other, 1);
			await fixture.authority.forget(task.tenant, task.job);
			expect(await fixture.authority.read(task)).toBeUndefined();
			expect(await fixture.authority.read(other)).toBeDefined();
			expect(await commit(1, {}, checkpoint("5-0", 3), "water")).toBe("fenced");
		});
	});
}
