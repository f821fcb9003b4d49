import { WeirError } from "@weir/errors";
import * as z from "zod";
import { historyOf } from "../../flows/history.ts";
import { jobReport, stageSums } from "../../flows/job-report.ts";
import { planWords } from "../../flows/plan-words.ts";
import { eventSchema, eventsQuery, historyQuery, historySchema, idParams, jobDetailSchema, overviewSchema } from "../contract/index.ts";
import { guarded, json, newApi } from "../guarded.ts";
import type { ApiServices } from "../services.ts";

const RANGE_AT_MOST_MS = 35 * 86_400_000;

export function metricsRoutes(services: ApiServices) {
	return newApi()
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/overview", {
				summary: "How a flow runs now",
				request: { params: idParams },
				responses: { 200: json(overviewSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const tenant = c.get("tenant");
				await tenant.flows.name(id);
				const observed = await services.observer.flow(tenant, id);
				const report = await jobReport(tenant, observed);
				return c.json(
					{ job: observed.job, metrics: observed.metrics, stages: stageSums(observed, report), workers: report.workers.length },
					200,
				);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/job", {
				summary: "The tasks of a flow's job, and how it was planned",
				request: { params: idParams },
				responses: { 200: json(jobDetailSchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const tenant = c.get("tenant");
				await tenant.flows.name(id);
				const observed = await services.observer.flow(tenant, id);
				const report = await jobReport(tenant, observed);
				return c.json({ ...report, log: services.logName, plan: planWords(observed.plan, services.catalogue) }, 200);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/history", {
				summary: "Rates and delays over a stretch of time",
				request: { params: idParams, query: historyQuery },
				responses: { 200: json(historySchema) },
			}),
			async (c) => {
				const { id } = c.req.valid("param");
				const { from, to } = c.req.valid("query");
				if (!(to > from) || to - from > RANGE_AT_MOST_MS) {
					throw new WeirError("REQUEST_INVALID", "The range must end after it begins and be at most 35 days long.");
				}
				const { jobs } = c.get("tenant");
				const [rollups, deploys] = await Promise.all([jobs.rollups(id, from, to), jobs.deploys(id, from, to)]);
				return c.json(
					historyOf(
						rollups,
						from,
						to,
						deploys.map(({ atMs, version }) => ({ at: atMs, version })),
					),
					200,
				);
			},
		)
		.openapi(
			guarded(services, "GET /t/{t}/flows/{id}/events", {
				summary: "What happened to a flow, newest first",
				request: { params: idParams, query: eventsQuery },
				responses: { 200: json(z.array(eventSchema)) },
			}),
			async (c) => {
				const { before, limit } = c.req.valid("query");
				const events = await c.get("tenant").jobs.events(c.req.valid("param").id, before, limit);
				return c.json(
					events.map(({ atMs, detail, ...event }) => ({ ...event, at: atMs, detail: { ...detail } })),
					200,
				);
			},
		);
}
