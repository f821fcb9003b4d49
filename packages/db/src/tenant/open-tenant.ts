import type { PrismaClient } from "../../generated/client.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { type AuditLog, openAudit } from "./audit.ts";
import { inTenant } from "./client.ts";
import { type Connections, openConnections } from "./connections.ts";
import { openDeadLetters, type TenantDeadLetters } from "./dead-letters.ts";
import { type Deploys, openDeploys } from "./deploys.ts";
import { type Devices, openDevices } from "./devices.ts";
import { type Drafts, openDrafts } from "./drafts.ts";
import { type Endpoints, openEndpoints } from "./endpoints.ts";
import { type Flows, openFlows } from "./flows.ts";
import { type Growth, openGrowth } from "./growth.ts";
import { type Jobs, openJobs } from "./jobs.ts";
import { type Members, openMembers } from "./members.ts";
import { openReplays, type Replays } from "./replays.ts";
import { openSimulations, type Simulations } from "./simulations.ts";

/** One tenant's rows and nobody else's. Each call is one transaction. */
export interface TenantStore {
	readonly id: string;
	readonly flows: Flows;
	readonly drafts: Drafts;
	readonly deploys: Deploys;
	readonly jobs: Jobs;
	readonly endpoints: Endpoints;
	readonly growth: Growth;
	readonly devices: Devices;
	readonly replays: Replays;
	readonly simulations: Simulations;
	readonly deadLetters: TenantDeadLetters;
	readonly connections: Connections;
	readonly members: Members;
	readonly audit: AuditLog;
}

export interface TenantOptions {
	readonly sealer: Sealer;
	readonly pepper: string;
	readonly resultsUrl: string;
}

export function tenantStore(client: PrismaClient, id: string, { sealer, pepper, resultsUrl }: TenantOptions): TenantStore {
	const run = inTenant(client, id);
	return {
		id,
		flows: openFlows(run),
		drafts: openDrafts(run),
		deploys: openDeploys(run),
		jobs: openJobs(run),
		endpoints: openEndpoints(run),
		growth: openGrowth(run),
		devices: openDevices(run, pepper),
		replays: openReplays(run, id),
		simulations: openSimulations(run, id, sealer),
		deadLetters: openDeadLetters(run),
		connections: openConnections(run, id, sealer, resultsUrl),
		members: openMembers(run),
		audit: openAudit(run),
	};
}
