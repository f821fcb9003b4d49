import type { FlowJob } from "@weir/db";
import { WeirError } from "@weir/errors";
import * as z from "zod";
import { streamsOf } from "../../flows/grow.ts";
import { prepare, previewDeploy } from "../../flows/preview.ts";
import { wantedEndpoints } from "../../flows/wanted-endpoints.ts";
import { toJob } from "../../live/measure.ts";
import { audit } from "../audit.ts";
import {
	actionParams,
	deployedSchema,
	deployPreviewQuery,
	deployPreviewSchema,
	deploySchema,
	idParams,
	jobSchema,
	versionDetailSchema,
	versionParams,
	versionSchema,
} from "../contract/index.ts";
import { body, guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";

/** Channel of control Redis on which a job that wants attention is named. */
const JOBS_CHANNEL = "jobs";

export function deployRoutes(services: ApiServices) {
	const { catalogue, db, bus } = services;
	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/versions", {
				summary: "Published versions, newest first",
				request: { params: idParams },
				responses: { 200: json(z.array(versionSchema)) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const tenant = c.get("tenant");
				const [versions, live] = await Promise.all([tenant.flows.versions(id), tenant.flows.live(id)]);
				const names = await db.accounts.namesOf(versions.flatMap((version) => version.createdBy ?? []));
				return c.json(
					versions.map(({ number, note, contentHash, createdAtMs, createdBy }) => ({
						number,
						note,
						contentHash,
						createdAt: createdAtMs,
						createdBy: createdBy && names.get(createdBy),
						isLive: number === live?.number,
					})),
					200,
				);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/versions/{n}", {
				summary: "A published version with its drawing",
				request: { params: versionParams },
				responses: { 200: json(versionDetailSchema) },
			}),
			async (c) => {
				const { id, n } = c.req.valid("param");
				const tenant = c.get("tenant");
				const [{ createdAtMs, createdBy, ...version }, live] = await Promise.all([tenant.flows.version(id, n), tenant.flows.live(id)]);
				const names = await db.accounts.namesOf(createdBy === undefined ? [] : [createdBy]);
				const name = createdBy && names.get(createdBy);
				return c.json({ ...version, createdAt: createdAtMs, createdBy: name, isLive: n === live?.number }, 200);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/deploy-preview", {
				summary: "What a deploy of the saved draft would do",
				request: { params: idParams, query: deployPreviewQuery },
				responses: { 200: json(deployPreviewSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { partitions } = c.req.valid("query");
				const tenant = c.get("tenant");
				const [{ draft, job }, live, known, streams] = await Promise.all([
					tenant.flows.get(id),
					tenant.flows.live(id),
					tenant.connections.all(),
					streamsOf(tenant, id),
				]);
				const before =
					job === undefined
						? undefined
						: { plan: await tenant.jobs.plan(job.plan), hasEnded: hasEnded(job), isFailed: job.state === "failed" };
				const connections = new Map(known.map((connection) => [connection.id, connection.name]));
				const { rev, flow } = draft;
				return c.json(previewDeploy({ rev, draft: flow, live: live?.flow, catalogue, before, partitions, streams, connections }), 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/flows/{id}/deploy", {
				summary: "Freeze the draft as a version and run it",
				request: { params: idParams, body: body(deploySchema) },
				responses: { 200: json(deployedSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { rev, note, fresh, partitions } = c.req.valid("json");
				const tenant = c.get("tenant");
				const { userId, name } = c.get("member");
				const { draft, job } = await tenant.flows.get(id);
				const before = job === undefined ? undefined : await tenant.jobs.plan(job.plan);
				const { plan, resolution } = prepare(draft.flow, catalogue, partitions ?? before?.exchangePartitions, await streamsOf(tenant, id));
				if (plan === undefined) throw invalid(resolution.problems.filter((problem) => problem.severity === "error"));
				const endpoints = wantedEndpoints(draft.flow, catalogue);
				const deployed = await tenant.deploys.deploy(id, { rev, flow: draft.flow, plan, endpoints, fresh, note, by: userId, byName: name });
				const { version, jobId, changed, previousJobId } = deployed;
				if (changed) {
					await audit(c, "flow.deploy", id, { version, jobId, ...(fresh.length === 0 ? {} : { fresh }) });
					if (previousJobId !== undefined) await bus.announce(JOBS_CHANNEL, previousJobId);
					await bus.announce(JOBS_CHANNEL, jobId);
				}
				return c.json({ version, jobId, changed }, 200);
			},
		)
		.openapi(
			guarded(services, "POST /t/{t}/flows/{id}/actions/{action}", {
				summary: "Pause, resume, drain or stop what runs",
				request: { params: actionParams },
				responses: { 200: json(jobSchema) },
			}),
			async (c) => {
				const { id, action } = c.req.valid("param");
				const tenant = c.get("tenant");
				const job = await tenant.jobs.act(id, action, c.get("member").userId);
				await audit(c, `flow.${action}`, id, { jobId: job.id });
				await bus.announce(JOBS_CHANNEL, job.id);
				return c.json(toJob(job, [], services.now()), 200);
			},
		);
}

/** A drain closes the windows: there is no state to go on with. */
function hasEnded(job: FlowJob): boolean {
	return job.state === "finished" || job.wanted === "drained";
}

function invalid(errors: readonly { readonly message: string }[]): WeirError {
	const [first] = errors;
	const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
	return new WeirError("FLOW_INVALID", `The flow cannot run yet: ${first?.message ?? "it is empty."}${more}`);
}
