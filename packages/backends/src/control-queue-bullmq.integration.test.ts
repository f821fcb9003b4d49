import type { SliceMessage, SliceOutcome } from "@weir/jobs";
import { afterEach, expect, inject, it, vi } from "vitest";
import { BullMqControlQueue } from "./control-queue-bullmq.ts";

const { redisUrl } = inject("services");
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
	for (const one of opened.splice(0).reverse()) await one.close();
});

function open(prefix: string): BullMqControlQueue {
	const queue = new BullMqControlQueue(redisUrl, { prefix });
	opened.push(queue);
	return queue;
}

async function work(queue: BullMqControlQueue, handle: (slice: SliceMessage, signal: AbortSignal) => Promise<SliceOutcome>) {
	const worker = await queue.work(handle, { concurrency: 20 });
	opened.push(worker);
	return worker;
}

function slice(job: string): SliceMessage {
	return { tenant: "pumps", job, stage: "a", partition: 0 };
}

it("keeps one slice of a task waiting or running, however often it is offered", async () => {
	const queue = open("one");
	for (let i = 0; i < 5; i++) await queue.offer(slice("j"));
	let started = 0;
	let finish = () => {};
	const end = new Promise<void>((resolve) => {
		finish = resolve;
	});
	await work(queue, async () => {
		started += 1;
		await end;
		return { next: "none" };
	});
	await vi.waitFor(() => expect(started).toBe(1));
	await queue.offer(slice("j"));
	await queue.offer(slice("k"));
	await vi.waitFor(() => expect(started).toBe(2));
	finish();
});

it("adds the next slice when one ends, until the task is done", async () => {
	const queue = open("again");
	const rounds: number[] = [];
	await work(queue, async () => {
		rounds.push(performance.now());
		return rounds.length < 5 ? { next: "again", delayMs: 0 } : { next: "none" };
	});
	await queue.offer(slice("j"));
	await vi.waitFor(() => expect(rounds).toHaveLength(5));
	await queue.offer(slice("j"));
	await vi.waitFor(() => expect(rounds).toHaveLength(6));
});

// Mutant: BullMQ counts the delay from the time of day of the worker, which may be hours wrong.
it("keeps a delay itself, so that a worker that leaves hands on at once what is not due yet", async () => {
	const queue = open("delay");
	let ended = 0;
	const leaving = await queue.work(
		async () => {
			ended += 1;
			return { next: "again", delayMs: 60_000 };
		},
		{ concurrency: 5 },
	);
	await queue.offer(slice("j"));
	await vi.waitFor(async () => expect([ended, await queue.active()]).toEqual([1, 0]));
	let taken = 0;
	await leaving.close();
	await work(queue, async () => {
		taken += 1;
		return { next: "none" };
	});
	await vi.waitFor(() => expect(taken).toBe(1), 5_000);
});

it("aborts the slices under way when it closes, and another worker goes on at once", async () => {
	const queue = open("close");
	const leaving = await queue.work(
		(_slice, signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve({ next: "again", delayMs: 0 }))),
		{ concurrency: 5 },
	);
	await queue.offer(slice("j"));
	let takenAt = 0;
	await vi.waitFor(async () => expect(await queue.active()).toBe(1));
	const closing = leaving.close();
	await work(queue, async () => {
		takenAt = performance.now();
		return { next: "none" };
	});
	const from = performance.now();
	await closing;
	await vi.waitFor(() => expect(takenAt).toBeGreaterThan(0));
	expect(takenAt - from).toBeLessThan(1_000);
});
