import { createHash } from "node:crypto";
import { WeirError } from "@weir/errors";
import { contentText, type Flow, flowSchema } from "@weir/flow";
import type { Plan } from "@weir/planner";
import { type Remains, remainsOfJob } from "../erasure/remains.ts";
import type { InTenant, ScopedClient } from "./client.ts";
import { findFlow, flowNotFound, lockFlow } from "./flow-row.ts";
import { type FlowJob, JOB_FIELDS, toJob } from "./job-row.ts";

export interface StoredFlow {
	readonly id: string;
	readonly name: string;
	readonly template: string | undefined;
	readonly liveVersion: number | undefined;
	/** The draft's content is what the newest deployed version holds. */
	readonly isDeployed: boolean;
	readonly nodeKinds: readonly string[];
	/** The newest one. */
	readonly job: FlowJob | undefined;
	readonly createdAtMs: number;
	readonly updatedAtMs: number;
	readonly deployedAtMs: number | undefined;
	/** User id. */
	readonly deployedBy: string | undefined;
}

export interface StoredDraft {
	readonly rev: number;
	readonly layoutRev: number;
	readonly flow: Flow;
	readonly savedAtMs: number;
}

export interface StoredVersion {
	readonly number: number;
	readonly note: string;
	readonly contentHash: string;
	readonly createdAtMs: number;
	readonly createdBy: string | undefined;
}

export interface Flows {
	all(): Promise<readonly StoredFlow[]>;
	/** Throws ACCESS_NOT_FOUND, as everything here that names a flow. */
	get(id: string): Promise<StoredFlow & { readonly draft: StoredDraft }>;
	/** Only its name: the cheapest way to know that it is the tenant's. */
	name(id: string): Promise<string>;
	create(flow: {
		readonly name: string;
		readonly template?: string | undefined;
		readonly content: Flow;
		readonly by: string;
	}): Promise<string>;
	rename(id: string, name: string): Promise<void>;
	/** Refused with FLOW_RUNNING while a job of it is not at rest. The control worker then erases what it had outside this database. */
	remove(id: string): Promise<void>;
	versions(id: string): Promise<readonly StoredVersion[]>;
	version(id: string, number: number): Promise<StoredVersion & { readonly flow: Flow }>;
	/** The deployed version; undefined when nothing was ever deployed. */
	live(id: string): Promise<(StoredVersion & { readonly flow: Flow }) | undefined>;
}

/** Hash of what makes a flow do what it does: positions on the canvas are left out. */
export function contentHash(flow: Flow): string {
	return createHash("sha256").update(contentText(flow)).digest("hex");
}

export function openFlows(run: InTenant): Flows {
	return {
		all: () =>
			run(async (tx) => {
				const rows = await tx.flow.findMany({ include: FLOW_PARTS, orderBy: { createdAt: "desc" } });
				return rows.map(toFlow);
			}),
		get: (id) =>
			run(async (tx) => {
				const row = await tx.flow.findUnique({ where: { id }, include: FLOW_PARTS });
				if (!row?.draft) throw flowNotFound();
				return { ...toFlow(row), draft: toDraft(row.draft) };
			}),
		name: (id) => run(async (tx) => (await findFlow(tx, id)).name),
		create: ({ name, template, content, by }) =>
			run(async (tx) => {
				const flow = await tx.flow.create({ data: { name, template: template ?? null, createdBy: by, tenantId: "" } });
				await tx.draft.create({ data: { flowId: flow.id, content: toJson(content), updatedBy: by, tenantId: "" } });
				return flow.id;
			}),
		rename: (id, name) =>
			run(async (tx) => {
				const { count } = await tx.flow.updateMany({ where: { id }, data: { name } });
				if (count === 0) throw flowNotFound();
			}),
		remove: (id) =>
			run(async (tx) => {
				await lockFlow(tx, id);
				const busy = await tx.job.count({ where: { flowId: id, state: { notIn: ["stopped", "finished", "failed"] } } });
				if (busy > 0) throw new WeirError("FLOW_RUNNING", "The flow is running. Stop it first, then delete it.");
				await noteRemains(tx, id);
				await tx.flow.delete({ where: { id } });
			}),
		versions: (id) =>
			run(async (tx) => {
				await findFlow(tx, id);
				const rows = await tx.flowVersion.findMany({ where: { flowId: id }, orderBy: { number: "desc" }, omit: { content: true } });
				return rows.map(toVersion);
			}),
		version: (id, number) =>
			run(async (tx) => {
				const row = await tx.flowVersion.findFirst({ where: { flowId: id, number } });
				if (!row) throw new WeirError("ACCESS_NOT_FOUND", "There is no such version of this flow.");
				return { ...toVersion(row), flow: flowSchema.parse(row.content) };
			}),
		live: (id) =>
			run(async (tx) => {
				const { liveVersion } = await findFlow(tx, id);
				if (liveVersion === null) return undefined;
				const row = await tx.flowVersion.findFirstOrThrow({ where: { flowId: id, number: liveVersion } });
				return { ...toVersion(row), flow: flowSchema.parse(row.content) };
			}),
	};
}

/** With the rows goes all that leads to what the flow has elsewhere. */
async function noteRemains(tx: ScopedClient, flow: string): Promise<void> {
	const endpoints = await tx.endpoint.findMany({
		where: { flowId: flow },
		select: { id: true, partitions: true, earlierPartitions: true },
	});
	const jobs = await tx.job.findMany({ where: { flowId: flow }, select: { id: true, plan: { select: { content: true } } } });
	if (endpoints.length === 0 && jobs.length === 0) return;
	const remains: Remains = {
		endpoints: endpoints.map(({ id, partitions, earlierPartitions }) => ({ id, generations: [...earlierPartitions, partitions] })),
		jobs: jobs.map(({ id, plan }) => remainsOfJob(id, plan.content as unknown as Plan)),
	};
	await tx.flowRemains.create({ data: { content: toJson(remains), tenantId: "" } });
}

/** Plain JSON for a column: Prisma's input type knows no readonly arrays. */
export function toJson(value: unknown): object {
	return JSON.parse(JSON.stringify(value)) as object;
}

export function toDraft(row: { rev: number; layoutRev: number; content: unknown; updatedAt: Date }): StoredDraft {
	return { rev: row.rev, layoutRev: row.layoutRev, flow: flowSchema.parse(row.content), savedAtMs: row.updatedAt.getTime() };
}

const FLOW_PARTS = {
	draft: true,
	jobs: { where: { replay: null }, select: JOB_FIELDS, orderBy: { createdAt: "desc" as const }, take: 1 },
	versions: {
		select: { number: true, contentHash: true, createdAt: true, createdBy: true },
		// A version that was only replayed never ran the flow.
		where: { jobs: { some: { replay: null } } },
		orderBy: { number: "desc" as const },
		take: 1,
	},
};

interface FlowRow {
	id: string;
	name: string;
	template: string | null;
	liveVersion: number | null;
	createdAt: Date;
	updatedAt: Date;
	draft: { content: unknown; updatedAt: Date } | null;
	jobs: Parameters<typeof toJob>[0][];
	versions: { number: number; contentHash: string; createdAt: Date; createdBy: string | null }[];
}

function toFlow(row: FlowRow): StoredFlow {
	const draft = row.draft === null ? undefined : flowSchema.parse(row.draft.content);
	const [job] = row.jobs;
	const live = row.versions.find((version) => version.number === row.liveVersion);
	return {
		id: row.id,
		name: row.name,
		template: row.template ?? undefined,
		liveVersion: row.liveVersion ?? undefined,
		isDeployed: draft !== undefined && live?.contentHash === contentHash(draft),
		nodeKinds: draft?.nodes.map((node) => node.kind) ?? [],
		job: job === undefined ? undefined : toJob(job),
		createdAtMs: row.createdAt.getTime(),
		updatedAtMs: Math.max(row.updatedAt.getTime(), row.draft?.updatedAt.getTime() ?? 0),
		deployedAtMs: job?.createdAt.getTime(),
		deployedBy: live?.createdBy ?? undefined,
	};
}

function toVersion(row: { number: number; note: string; contentHash: string; createdAt: Date; createdBy: string | null }): StoredVersion {
	return {
		number: row.number,
		note: row.note,
		contentHash: row.contentHash,
		createdAtMs: row.createdAt.getTime(),
		createdBy: row.createdBy ?? undefined,
	};
}
