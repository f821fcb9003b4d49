import { can } from "@weir/access";
import type { FlowJob, StoredReplay, TenantStore } from "@weir/db";
import { WeirError } from "@weir/errors";
import type { Flow } from "@weir/flow";
import { counterOf, sumCounters } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import * as z from "zod";
import { streamsOf } from "../../flows/grow.ts";
import { measureRange, type PlanShape, prepareBackfill, prepareReplay, refuseRange, rewindConsequences } from "../../flows/replay.ts";
import { toJob } from "../../live/measure.ts";
import type { Member } from "../api-env.ts";
import { audit } from "../audit.ts";
import {
	idParams,
	jobSchema,
	newReplaySchema,
	type Replay,
	replayParams,
	replayPreviewQuery,
	replayPreviewSchema,
	replaySchema,
	rewindPreviewSchema,
	rewindQuery,
	rewindSchema,
} from "../contract/index.ts";
import { body, guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";

const JOBS_CHANNEL = "jobs";
/** Of one flow, so that replays leave room for what runs. */
const AT_ONCE = 3;

export function replayRoutes(services: ApiServices) {
	const { catalogue, bus, db } = services;

	async function named(replays: readonly StoredReplay[]): Promise<(replay: StoredReplay) => string | undefined> {
		const names = await db.accounts.namesOf(replays.flatMap(({ startedBy }) => startedBy ?? []));
		return ({ startedBy }) => (startedBy === undefined ? undefined : names.get(startedBy));
	}

	async function look(tenant: TenantStore, replay: StoredReplay, startedBy: string | undefined): Promise<Replay> {
		const [reports, plan] = await Promise.all([bus.reports(replay.job.id), tenant.jobs.plan(replay.job.plan)]);
		const counters = sumCounters(reports.map((report) => report.counters));
		const total = (nodes: readonly string[], count: Parameters<typeof counterOf>[1]) =>
			reports.length === 0 ? undefined : nodes.reduce((sum, node) => sum + (counters[counterOf(node, count)] ?? 0), 0);
		const all = [...new Set(plan.stages.flatMap((stage) => stage.nodes.map((node) => node.id)))];
		return {
			...toReplay(replay, startedBy),
			read: total(sourcesOf(plan), "in"),
			written: total(all, "delivered"),
			deadLetters: total(all, "dead"),
		};
	}

	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/replays", {
				summary: "Replays of a flow, newest first, with how far each has come",
				request: { params: idParams },
				responses: { 200: json(z.array(replaySchema)) },
			}),
			async (c) => {
				const tenant = c.get("tenant");
				const replays = await tenant.replays.ofFlow(c.req.valid("param").id);
				const nameOf = await named(replays);
				return c.json(await Promise.all(replays.map((replay) => look(tenant, replay, nameOf(replay)))), 200);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/replay-preview", {
				summary: "What a replay of a range would read and write",
				request: { params: idParams, query: replayPreviewQuery },
				responses: { 200: json(replayPreviewSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { from, to, of } = c.req.valid("query");
				const tenant = c.get("tenant");
				mayReplay(c.get("member"), of);
				const subject = await subjectOf(tenant, id, of, to);
				const shape = await shapeOf(tenant, id);
				const prepared =
					subject.takesOverFrom === undefined
						? prepareReplay(subject.flow, catalogue, await tenant.replays.coming(), shape)
						: prepareBackfill(subject.takesOverFrom, subject.flow, catalogue, shape);
				const endpoints = await endpointsOf(tenant, id);
				const range = { tenant: tenant.id, endpoints, fromMs: from, toMs: Math.min(to ?? services.now(), services.now()) };
				const measured =
					prepared.plan === undefined
						? { from, to: range.toMs, records: 0, isCounted: true }
						: await measureRange(services.log, { ...range, plan: prepared.plan });
				return c.json({ ...measured, of, rev: subject.rev, outputs: prepared.outputs, problems: prepared.problems }, 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/flows/{id}/replays", {
				summary: "Read a range again beside the flow, into a place of its own",
				request: { params: idParams, body: body(newReplaySchema) },
				responses: { 200: json(replaySchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { from, to, of, rev } = c.req.valid("json");
				const tenant = c.get("tenant");
				const member = c.get("member");
				mayReplay(member, of);
				const subject = await subjectOf(tenant, id, of, to);
				const running = (await tenant.replays.ofFlow(id)).filter(({ job }) => !isAtRest(job));
				if (running.length >= AT_ONCE) {
					throw new WeirError("QUOTA_EXCEEDED", `${AT_ONCE} replays of this flow run already. Stop one, or wait until one ends.`, {
						retryAfterMs: 10_000,
					});
				}
				const number = await tenant.replays.nextNumber();
				const shape = await shapeOf(tenant, id);
				const { plan, problems, outputs } =
					subject.takesOverFrom === undefined
						? prepareReplay(subject.flow, catalogue, number, shape)
						: prepareBackfill(subject.takesOverFrom, subject.flow, catalogue, shape);
				if (plan === undefined)
					throw new WeirError("FLOW_INVALID", `The flow cannot be replayed: ${problems[0]?.message ?? "it is empty."}`);
				const toMs = Math.min(to ?? services.now(), services.now());
				const measured = await measureRange(services.log, {
					tenant: tenant.id,
					plan,
					endpoints: await endpointsOf(tenant, id),
					fromMs: from,
					toMs,
				});
				refuseRange(measured.refused, measured.heldFrom, from);
				const replay = await tenant.replays.start(id, {
					number,
					fromMs: from,
					toMs: to === undefined ? undefined : toMs,
					runs: subject.version === undefined ? { rev: rev ?? subject.rev, draft: subject.flow } : { version: subject.version },
					plan,
					about: {
						of,
						outputs: outputs.map(({ nodeId, label, target }) => ({ node: nodeId, label, target })),
						records: measured.records,
						isCounted: measured.isCounted,
					},
					by: member.userId,
					byName: member.name,
				});
				await audit(c, "flow.replay", id, {
					replay: number,
					of,
					version: replay.job.version,
					from,
					to: replay.toMs,
					records: measured.records,
				});
				await bus.announce(JOBS_CHANNEL, replay.job.id);
				return c.json(toReplay(replay, member.name), 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/flows/{id}/replays/{n}/stop", {
				summary: "End a replay at its last commit, for good",
				request: { params: replayParams },
				responses: { 200: json(replaySchema) },
			}),
			async (c) => {
				const { id, n } = c.req.valid("param");
				const tenant = c.get("tenant");
				const replay = await tenant.replays.stop(id, n, c.get("member").userId);
				await audit(c, "flow.replay-stop", id, { replay: n });
				await bus.announce(JOBS_CHANNEL, replay.job.id);
				const nameOf = await named([replay]);
				return c.json(await look(tenant, replay, nameOf(replay)), 200);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/rewind-preview", {
				summary: "What going back to a time would do to sinks and nodes",
				request: { params: idParams, query: rewindQuery },
				responses: { 200: json(rewindPreviewSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { from } = c.req.valid("query");
				const tenant = c.get("tenant");
				const { flow, version } = await liveOf(tenant, id);
				const job = await tenant.jobs.newest(id);
				if (job === undefined) throw notDeployed();
				const plan = await tenant.jobs.plan(job.plan);
				const range = { tenant: tenant.id, plan, endpoints: await endpointsOf(tenant, id), fromMs: from, toMs: services.now() };
				const measured = await measureRange(services.log, range);
				return c.json({ ...measured, version, ...rewindConsequences(flow, plan, catalogue) }, 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/flows/{id}/rewind", {
				summary: "Have the flow read again from a time on, with empty nodes",
				request: { params: idParams, body: body(rewindSchema) },
				responses: { 200: json(jobSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { from } = c.req.valid("json");
				const tenant = c.get("tenant");
				const member = c.get("member");
				await tenant.flows.name(id);
				const before = await tenant.jobs.newest(id);
				if (before === undefined) throw notDeployed();
				const plan = await tenant.jobs.plan(before.plan);
				const range = { tenant: tenant.id, plan, endpoints: await endpointsOf(tenant, id), fromMs: from, toMs: services.now() };
				const { refused, heldFrom, records } = await measureRange(services.log, range);
				refuseRange(refused, heldFrom, from);
				const job = await tenant.replays.rewind(id, { fromMs: from, by: member.userId, byName: member.name });
				await audit(c, "flow.rewind", id, { from, records, jobId: job.id, before: before.id });
				await bus.announce(JOBS_CHANNEL, before.id);
				await bus.announce(JOBS_CHANNEL, job.id);
				return c.json(toJob(job, [], services.now()), 200);
			},
		);
}

/** A draft is code that nobody has deployed: whoever may deploy it may run it beside the flow. */
function mayReplay({ userId, role, membership: { tenantId } }: Member, of: "live" | "draft"): void {
	if (of === "live" || can({ userId, role, tenantId }, "flow:deploy", { tenantId })) return;
	throw new WeirError(
		"ACCESS_FORBIDDEN",
		`Your role is ${role}, and replaying a draft needs the permission flow:deploy. Replay the live version.`,
	);
}

interface Subject {
	readonly flow: Flow;
	/** Revision of the draft. */
	readonly rev: number;
	/** Undefined: it is the draft. */
	readonly version: number | undefined;
	/** What runs, where the draft is to take over from it. */
	readonly takesOverFrom: Flow | undefined;
}

async function subjectOf(tenant: TenantStore, flow: string, of: "live" | "draft", to: number | undefined): Promise<Subject> {
	const { draft } = await tenant.flows.get(flow);
	if (of === "draft") {
		const takesOverFrom = to === undefined ? (await liveOf(tenant, flow)).flow : undefined;
		return { flow: draft.flow, rev: draft.rev, version: undefined, takesOverFrom };
	}
	if (to === undefined)
		throw new WeirError("REQUEST_INVALID", "The version that runs cannot take over from itself. Say where the range ends.");
	const live = await liveOf(tenant, flow);
	return { flow: live.flow, rev: draft.rev, version: live.version, takesOverFrom: undefined };
}

async function liveOf(tenant: TenantStore, flow: string): Promise<{ readonly flow: Flow; readonly version: number }> {
	const live = await tenant.flows.live(flow);
	if (live === undefined) throw notDeployed();
	return { flow: live.flow, version: live.number };
}

function notDeployed(): WeirError {
	return new WeirError("FLOW_NOT_DEPLOYED", "The flow was never deployed. Deploy it first, or replay the draft.");
}

async function shapeOf(tenant: TenantStore, flow: string): Promise<PlanShape> {
	const [job, streams] = await Promise.all([tenant.jobs.newest(flow), streamsOf(tenant, flow)]);
	return { partitions: job === undefined ? undefined : (await tenant.jobs.plan(job.plan)).exchangePartitions, streams };
}

async function endpointsOf(tenant: TenantStore, flow: string): Promise<Readonly<Record<string, string>>> {
	return Object.fromEntries((await tenant.endpoints.ofFlow(flow)).map(({ node, id }) => [node, id]));
}

function sourcesOf(plan: Plan): readonly string[] {
	const nodes = plan.stages.flatMap((stage) => stage.inputs.flatMap((input) => (input.type === "source" ? [input.node] : [])));
	return [...new Set(nodes)];
}

function isAtRest({ state }: FlowJob): boolean {
	return state === "finished" || state === "failed" || state === "stopped";
}

function toReplay({ number, job, fromMs, toMs, isTakingOver, about, updatedAtMs }: StoredReplay, startedBy: string | undefined): Replay {
	return {
		number,
		of: about.of,
		version: job.version,
		from: fromMs,
		...(toMs === undefined ? {} : { to: toMs }),
		isTakingOver,
		state: job.state,
		wanted: job.wanted,
		...(job.failure === undefined ? {} : { failure: { ...job.failure } }),
		outputs: about.outputs.map(({ node, label, target }) => ({ nodeId: node, label, target })),
		records: about.records,
		isCounted: about.isCounted,
		startedAt: job.createdAtMs,
		startedBy,
		...(isAtRest(job) ? { endedAt: updatedAtMs } : {}),
	};
}
