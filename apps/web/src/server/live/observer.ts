import type { FlowJob, TenantStore } from "@weir/db";
import type { TaskReport } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import type { FlowMetrics, Job } from "../api/contract/index.ts";
import type { ControlBus } from "./control-bus.ts";
import { measure, statusOf, toJob } from "./measure.ts";
import { Meter } from "./meter.ts";

/** A flow as it is at this moment. */
export interface Observed {
	readonly at: number;
	readonly job: Job | undefined;
	readonly storedJob: FlowJob | undefined;
	readonly plan: Plan | undefined;
	readonly reports: readonly TaskReport[];
	readonly metrics: FlowMetrics;
}

export interface ObservedRate {
	readonly id: string;
	readonly status: string;
	readonly recordsPerSecond: number | undefined;
	readonly lagRecords: number | undefined;
}

/** Looks at jobs for everybody who asks: one look a second, however many watch. */
export interface Observer {
	flow(tenant: TenantStore, flow: string): Promise<Observed>;
	/** Of a job whose row is known already. */
	job(tenant: TenantStore, job: FlowJob | undefined): Promise<Observed>;
	close(): void;
}

interface Watched {
	readonly meter: Meter;
	askedAt: number;
	lookedAt: number;
	reports: readonly TaskReport[];
	looking: Promise<void> | undefined;
}

/** A job nobody asked about for this long is looked at no more. */
const FORGET_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
const PLANS_KEPT = 500;

export function createObserver(bus: ControlBus, now: () => number = Date.now): Observer {
	const watched = new Map<string, Watched>();
	const plans = new Map<string, Plan>();

	// Rates need two looks: whoever asked once is likely to ask again.
	const timer = setInterval(() => {
		for (const [job, entry] of watched) {
			if (now() - entry.askedAt > FORGET_MS) watched.delete(job);
			else void look(job, entry);
		}
	}, LOOK_EVERY_MS);
	timer.unref();

	async function look(job: string, entry: Watched): Promise<void> {
		if (now() - entry.lookedAt < LOOK_EVERY_MS - 100) return entry.looking;
		entry.lookedAt = now();
		entry.looking = bus.reports(job).then((reports) => {
			entry.reports = reports;
			entry.meter.take(reports, now());
		});
		return entry.looking;
	}

	async function reportsOf(job: string): Promise<Watched> {
		const entry = watched.get(job) ?? { meter: new Meter(), askedAt: 0, lookedAt: 0, reports: [], looking: undefined };
		watched.set(job, entry);
		entry.askedAt = now();
		await look(job, entry);
		return entry;
	}

	// A plan never changes, so it is remembered.
	async function planOf(tenant: TenantStore, id: string): Promise<Plan> {
		const known = plans.get(id);
		if (known !== undefined) return known;
		const plan = await tenant.jobs.plan(id);
		if (plans.size >= PLANS_KEPT) plans.clear();
		plans.set(id, plan);
		return plan;
	}

	async function observe(tenant: TenantStore, stored: FlowJob | undefined): Promise<Observed> {
		const at = now();
		const entry = stored === undefined ? undefined : await reportsOf(stored.id);
		const plan = stored === undefined ? undefined : await planOf(tenant, stored.plan);
		const reports = entry?.reports ?? [];
		const metrics = measure({ at, job: stored, plan, reports, meter: entry?.meter ?? new Meter() });
		return { at, job: stored && toJob(stored, reports, at), storedJob: stored, plan, reports, metrics };
	}

	return {
		flow: async (tenant, flow) => observe(tenant, await tenant.jobs.newest(flow)),
		job: observe,
		close: () => clearInterval(timer),
	};
}

/** What the flows list shows of a flow. */
export function rateOf(flow: string, observed: Observed): ObservedRate {
	return {
		id: flow,
		status: statusOf(observed.job),
		recordsPerSecond: observed.metrics.inPerSecond,
		lagRecords: observed.metrics.lagRecords,
	};
}
