import type { LiveReports } from "@weir/backends";
import type { RollupRow, StoredJob, WorkerStore } from "@weir/db";
import { type Counters, counterOf, latencyQuantileMs, sumCounters } from "@weir/jobs";
import type { Plan } from "@weir/planner";

const MINUTE_MS = 60_000;

interface Minute {
	readonly startMs: number;
	readonly base: Counters;
}

/** Adds up, per minute, what the jobs' reports say. */
export class Rollups {
	readonly #store: WorkerStore;
	readonly #reports: LiveReports;
	readonly #minutes = new Map<string, Minute>();
	readonly #last = new Map<string, Counters>();

	constructor(store: WorkerStore, reports: LiveReports) {
		this.#store = store;
		this.#reports = reports;
	}

	/** Writes the minute under way of each job; a minute that is written again replaces itself. */
	async round(jobs: readonly { readonly job: StoredJob; readonly plan: Plan }[], nowMs: number): Promise<void> {
		const rows: RollupRow[] = [];
		for (const { job, plan } of jobs) {
			// What a replay reads again has been counted when it came.
			const reports = job.replay === undefined ? await this.#reports.ofJob(job.id) : [];
			if (reports.length === 0) continue;
			const counters = sumCounters(reports.map((report) => report.counters));
			const startMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
			let minute = this.#minutes.get(job.id);
			// A job met for the first time counts from here; one that is brand new counts from nothing.
			minute ??= { startMs, base: nowMs - job.createdAtMs < 2 * MINUTE_MS ? {} : counters };
			if (minute.startMs !== startMs) {
				const last = this.#last.get(job.id) ?? counters;
				rows.push(rowOf(job, plan, minute.startMs, minute.base, last, reports, nowMs));
				minute = { startMs, base: last };
			}
			this.#minutes.set(job.id, minute);
			this.#last.set(job.id, counters);
			rows.push(rowOf(job, plan, startMs, minute.base, counters, reports, nowMs));
		}
		const live = new Set(jobs.map(({ job }) => job.id));
		for (const id of this.#minutes.keys()) {
			if (live.has(id)) continue;
			this.#minutes.delete(id);
			this.#last.delete(id);
		}
		if (rows.length > 0) await this.#store.putRollups(rows);
	}
}

function rowOf(
	job: StoredJob,
	plan: Plan,
	minuteMs: number,
	base: Counters,
	now: Counters,
	reports: Awaited<ReturnType<LiveReports["ofJob"]>>,
	nowMs: number,
): RollupRow {
	const added: Record<string, number> = {};
	for (const [name, n] of Object.entries(now)) {
		const more = n - (base[name] ?? 0);
		if (more > 0) added[name] = more;
	}
	const sources = plan.stages.flatMap((stage) => stage.inputs.flatMap((input) => (input.type === "source" ? [input.node] : [])));
	const records = sources.reduce((sum, node) => sum + (added[counterOf(node, "in")] ?? 0), 0);
	const watermarks = reports.flatMap(({ watermark, isIdle }) => (typeof watermark === "number" && !isIdle ? [watermark] : []));
	const readings: Record<string, number> = { lagRecords: reports.reduce((sum, report) => sum + report.lagRecords, 0) };
	if (watermarks.length > 0) readings.watermarkDelayMs = Math.max(0, nowMs - Math.min(...watermarks));
	for (const [name, q] of [
		["p50Ms", 0.5],
		["p95Ms", 0.95],
		["p99Ms", 0.99],
	] as const) {
		const latency = latencyQuantileMs(added, q);
		if (latency !== undefined) readings[name] = latency;
	}
	return { tenant: job.tenant, job: job.id, minuteMs, counters: { ...added, records }, readings };
}
