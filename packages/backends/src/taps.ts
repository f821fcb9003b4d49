import { TAP_ROWS_PER_SECOND, type TapSample, tapKey } from "@weir/jobs";
import { keyTextAt, type RecordBatch, rowAsJson, selectionOf } from "@weir/records";
import type { Tap } from "@weir/runtime";
import type { Redis } from "ioredis";
import { connectRedis } from "./redis-client.ts";

const LOOK_EVERY_MS = 1_000;
const SEND_EVERY_MS = 250;
const VALUE_CHARACTERS = 4_000;

interface Watched {
	readonly untilMs: number;
	seen: number;
	rows: TapSample["rows"];
	sentThisSecond: number;
}

/** Samples rows of the jobs that run in this process for whoever looks at them. */
export class Taps {
	readonly #client: Redis;
	readonly #jobs = new Map<string, { users: number; watched: Map<string, Watched> }>();
	readonly #timers: readonly NodeJS.Timeout[];

	constructor(url: string) {
		this.#client = connectRedis(url);
		this.#timers = [setInterval(() => void this.#look(), LOOK_EVERY_MS), setInterval(() => void this.#send(), SEND_EVERY_MS)];
		for (const timer of this.#timers) timer.unref();
	}

	/** The tap of a job, until `release` is called as often as this. */
	ofJob(job: string): Tap & { release(): void } {
		const entry = this.#jobs.get(job) ?? { users: 0, watched: new Map<string, Watched>() };
		entry.users += 1;
		this.#jobs.set(job, entry);
		return {
			sample(target, batch, side) {
				if (entry.watched.size === 0) return;
				const watched = entry.watched.get(target);
				if (watched !== undefined) take(watched, batch, side);
			},
			release: () => {
				entry.users -= 1;
				if (entry.users === 0) this.#jobs.delete(job);
			},
		};
	}

	async close(): Promise<void> {
		for (const timer of this.#timers) clearInterval(timer);
		this.#client.disconnect();
	}

	async #look(): Promise<void> {
		if (this.#client.status !== "ready") return;
		const nowMs = Date.now();
		for (const [job, entry] of this.#jobs) {
			const wanted = await this.#client.hgetall(tapKey(job)).catch(() => ({}));
			const next = new Map<string, Watched>();
			for (const [target, until] of Object.entries(wanted)) {
				if (Number(until) <= nowMs) continue;
				next.set(target, { ...(entry.watched.get(target) ?? { seen: 0, rows: [] }), untilMs: Number(until), sentThisSecond: 0 });
			}
			entry.watched = next;
		}
	}

	async #send(): Promise<void> {
		if (this.#client.status !== "ready") return;
		for (const [job, { watched }] of this.#jobs) {
			for (const [target, one] of watched) {
				if (one.seen === 0) continue;
				const sample: TapSample = { target, seen: one.seen, rows: one.rows };
				one.seen = 0;
				one.rows = [];
				await this.#client.publish(tapKey(job), JSON.stringify(sample)).catch(() => 0);
			}
		}
	}
}

function take(watched: Watched, batch: RecordBatch, side: "in" | "out" | undefined): void {
	watched.seen += batch.selected;
	const room = Math.min(TAP_ROWS_PER_SECOND - watched.sentThisSecond, batch.selected);
	if (room <= 0) return;
	const rows = selectionOf(batch);
	for (let i = batch.selected - room; i < batch.selected; i++) {
		const row = rows[i] ?? 0;
		const text = rowAsJson(batch, row);
		watched.rows.push({
			at: batch.eventTimes[row] ?? 0,
			key: batch.keys === undefined ? "" : keyTextAt([batch.keys], row),
			value: text.slice(0, VALUE_CHARACTERS),
			sizeBytes: text.length,
			...(side === undefined ? {} : { side }),
		});
	}
	watched.sentThisSecond += room;
}
