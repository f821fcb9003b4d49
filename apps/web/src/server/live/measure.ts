import type { FlowJob } from "@weir/db";
import {
	type Counters,
	counterOf,
	edgeCounter,
	exchangeReadCounter,
	type Health,
	latencyQuantileMs,
	ledgerOf,
	mainPortCounters,
	sumCounters,
	type TaskReport,
} from "@weir/jobs";
import type { Plan } from "@weir/planner";
import type { EdgeMetrics, FlowMetrics, FlowStatus, Job, NodeMetrics } from "../api/contract/index.ts";
import type { Meter } from "./meter.ts";
import { type StateSizes, stateSizes } from "./state-trend.ts";

export interface Measured {
	readonly at: number;
	readonly job: FlowJob | undefined;
	readonly plan: Plan | undefined;
	readonly reports: readonly TaskReport[];
	readonly meter: Meter;
}

/** A task that said nothing for this long is in trouble, or nobody works on it. */
const SILENT_MS = 10_000;
const LAGGING_RECORDS = 10_000;

/** Everything the pages show of a running flow, from what its tasks committed last. */
export function measure(measured: Measured): FlowMetrics {
	const { at, plan, reports, meter } = measured;
	const totals = sumCounters(reports.map((report) => report.counters));
	const growth = meter.lately();
	const perSecond = (name: string) => (growth === undefined ? undefined : (growth.counters[name] ?? 0) / growth.seconds);
	const sizes = stateSizes(reports);
	const nodes = plan === undefined ? [] : nodeIds(plan).map((id) => nodeMetrics(id, measured, totals, perSecond, sizes));
	const sources = new Set(plan?.stages.flatMap((stage) => stage.inputs.flatMap((input) => (input.type === "source" ? [input.node] : []))));
	const sum = (values: readonly (number | undefined)[]) =>
		growth === undefined ? undefined : values.reduce<number>((total, value) => total + (value ?? 0), 0);
	const latency = meter.forLatency()?.counters ?? {};
	return {
		at,
		inPerSecond: sum(nodes.filter((node) => sources.has(node.nodeId)).map((node) => node.inPerSecond)),
		outPerSecond: sum(nodes.map((node) => perSecond(counterOf(node.nodeId, "delivered")))),
		deadPerSecond: sum(nodes.map((node) => perSecond(counterOf(node.nodeId, "dead")))),
		lagRecords: reports.length === 0 ? undefined : reports.reduce((total, report) => total + report.lagRecords, 0),
		watermarkDelayMs: watermarkDelay(reports, at),
		p50Ms: latencyQuantileMs(latency, 0.5),
		p95Ms: latencyQuantileMs(latency, 0.95),
		p99Ms: latencyQuantileMs(latency, 0.99),
		deadLetters: nodes.reduce((total, node) => total + node.totals.dead, 0),
		state: reports.length === 0 ? undefined : flowState(sizes, meter),
		nodes,
		edges: plan === undefined ? [] : edgeMetrics(plan, totals, perSecond),
		ledger: plan === undefined || reports.length === 0 ? undefined : ledgerOf(reports, plan),
	};
}

function flowState({ bytes, fill, limitBytes }: StateSizes, meter: Meter): FlowMetrics["state"] {
	return { bytes, fill, limitBytes, fullInMs: meter.state.fullInMs() };
}

type PerSecond = (name: string) => number | undefined;

function nodeIds(plan: Plan): readonly string[] {
	const ids = new Set(plan.stages.flatMap((stage) => stage.nodes.map((node) => node.id)));
	for (const stage of plan.stages) for (const input of stage.inputs) if (input.type === "source") ids.add(input.node);
	return [...ids];
}

function nodeMetrics(id: string, measured: Measured, totals: Counters, perSecond: PerSecond, sizes: StateSizes): NodeMetrics {
	const count = (name: Parameters<typeof counterOf>[1]) => totals[counterOf(id, name)] ?? 0;
	const outs = mainPortCounters(totals, id);
	const outRates = outs.map(perSecond);
	const outPerSecond = perSecond("") === undefined ? undefined : outRates.reduce<number>((total, rate) => total + (rate ?? 0), 0);
	const delivered = perSecond(counterOf(id, "delivered"));
	return {
		nodeId: id,
		...nodeState(id, measured, (perSecond(counterOf(id, "dead")) ?? 0) > 0, sizes),
		inPerSecond: perSecond(counterOf(id, "in")),
		outPerSecond: outs.length === 0 && delivered !== undefined && count("delivered") > 0 ? delivered : outPerSecond,
		totals: {
			in: count("in"),
			out: outs.reduce((total, name) => total + (totals[name] ?? 0), 0),
			filtered: count("filtered"),
			duplicate: count("duplicate"),
			late: count("late"),
			aggregated: count("aggregated"),
			expired: count("expired"),
			dead: count("dead"),
			delivered: count("delivered"),
		},
		...heldBy(id, measured, sizes),
	};
}

/** What the node holds in memory; nothing for a node that keeps nothing. */
function heldBy(id: string, { plan, meter }: Measured, { byNode }: StateSizes): Pick<NodeMetrics, "held"> {
	const bytes = byNode[id];
	const keepsState = plan?.stages.some((stage) => stage.nodes.some((node) => node.id === id && node.stateSchema !== undefined));
	return bytes === undefined || keepsState !== true ? {} : { held: { bytes, growthPerSecond: meter.state.growthPerSecond(id) } };
}

/** From this fill on it is said before it fails. */
const NEARLY_FULL = 0.8;

function nodeState(
	id: string,
	{ job, reports }: Measured,
	setsAside: boolean,
	{ fill = 0, byNode }: StateSizes,
): Pick<NodeMetrics, "state" | "reason"> {
	if (job === undefined) return { state: "draft" };
	const failing = reports.find((report) => report.failure !== undefined && (report.failure.node ?? id) === id)?.failure;
	if (job.state === "failed") {
		const isHere = job.failure?.node === undefined || job.failure.node === id;
		return isHere ? { state: "failing", reason: reasonOf(job.failure) } : { state: "paused" };
	}
	if (job.wanted === "stopped" || job.state === "stopped" || job.state === "finished") return { state: "paused" };
	if (failing !== undefined && failing.node === id) return { state: "failing", reason: reasonOf(failing) };
	if (job.state !== "running") return { state: "starting" };
	const isLargest = Object.values(byNode).every((bytes) => bytes <= (byNode[id] ?? -1));
	if (fill >= NEARLY_FULL && isLargest)
		return {
			state: "warn",
			reason: `State ${Math.floor(fill * 100)} % full: at 100 % the job stops before the worker runs out of memory.`,
		};
	return setsAside ? { state: "warn", reason: "Records are set aside as dead letters." } : { state: "ok" };
}

/** A card shows the first words alone: they name what happened. */
function reasonOf(failure: { readonly code: string; readonly message: string } | undefined): string {
	if (failure === undefined) return "The job failed.";
	return failure.code === "STATE_TOO_LARGE" ? `State too large. ${failure.message}` : failure.message;
}

function edgeMetrics(plan: Plan, totals: Counters, perSecond: PerSecond): EdgeMetrics[] {
	const ids = new Set<string>();
	const exchanged = new Set<string>();
	for (const stage of plan.stages) {
		for (const edge of stage.edges) ids.add(edge.id);
		for (const write of stage.writes) for (const id of write.edges) ids.add(id);
		for (const input of stage.inputs) if (input.type === "exchange") exchanged.add(input.edge);
	}
	return [...ids].map((id) => {
		const total = totals[edgeCounter(id)] ?? 0;
		const queued = exchanged.has(id) ? total - (totals[exchangeReadCounter(id)] ?? 0) : undefined;
		return {
			edgeId: id,
			total,
			perSecond: perSecond(edgeCounter(id)),
			...(queued === undefined ? {} : { fill: Math.min(1, Math.max(0, queued) / EXCHANGE_FULL_RECORDS) }),
		};
	});
}

/** An exchange that holds this many records counts as full. */
const EXCHANGE_FULL_RECORDS = 200_000;

// Idle inputs hold nothing back; a stream that has ended has no delay.
function watermarkDelay(reports: readonly TaskReport[], at: number): number | undefined {
	const marks = reports.flatMap(({ watermark, isIdle }) => (typeof watermark === "number" && !isIdle ? [watermark] : []));
	return marks.length === 0 ? undefined : Math.max(0, at - Math.min(...marks));
}

/** A word for how a running job does. */
function healthOf(job: FlowJob, reports: readonly TaskReport[], at: number): Health {
	if (job.state === "recovering" || reports.some((report) => report.failure !== undefined)) return "degraded";
	const lag = reports.reduce((total, report) => total + report.lagRecords, 0);
	if (lag < LAGGING_RECORDS) return "ok";
	return reports.some((report) => at - report.at < SILENT_MS) ? "lagging" : "degraded";
}

export function toJob(job: FlowJob, reports: readonly TaskReport[], at: number): Job {
	const paused = reports.find((report) => report.failure !== undefined)?.failure;
	const isActive = job.state === "running" || job.state === "recovering";
	const failure = job.failure ?? (isActive ? paused : undefined);
	return {
		id: job.id,
		version: job.version,
		wanted: job.wanted,
		state: job.state,
		paused: job.paused,
		health: isActive ? healthOf(job, reports, at) : "ok",
		...(failure === undefined
			? {}
			: {
					failure: { code: failure.code, message: failure.message, ...(failure.node === undefined ? {} : { node: failure.node }) },
				}),
		createdAt: job.createdAtMs,
	};
}

/** The one word on the chip. */
export function statusOf(job: Job | undefined): FlowStatus {
	if (job === undefined) return "draft";
	if (job.state === "failed") return "failed";
	if (job.state === "finished") return "finished";
	if (job.wanted === "drained") return "draining";
	if (job.wanted === "stopped") return job.paused ? "paused" : "stopped";
	if (job.state === "running") return job.health === "degraded" ? "degraded" : "live";
	return job.state === "recovering" ? "degraded" : "starting";
}
