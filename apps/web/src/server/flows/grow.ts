import type { StoredEndpoint, TenantStore } from "@weir/db";
import { WeirError } from "@weir/errors";
import type { Flow } from "@weir/flow";
import type { LogPromise } from "@weir/jobs";
import type { Catalogue } from "@weir/node-kit";
import { carryOver, type PlanLimits } from "@weir/planner";
import { endpointStream, type Log } from "@weir/runtime";
import { labelIn, prepare } from "./preview.ts";

/** As many keys of one read as the log takes, four times over. */
const MOST_PARTITIONS = 256;

/** Partitions of the streams of a flow's sources, for the planner. */
export async function streamsOf(tenant: TenantStore, flow: string): Promise<NonNullable<PlanLimits["streams"]>> {
	return Object.fromEntries((await tenant.endpoints.ofFlow(flow)).map(({ node, generations }) => [node, generations]));
}

interface GrowContext {
	readonly tenant: TenantStore;
	readonly log: Pick<Log, "seal" | "unseal">;
	readonly promise: LogPromise;
	readonly catalogue: Catalogue;
	readonly flow: string;
	readonly endpoint: StoredEndpoint;
	readonly byName: string;
}

/**
 * Gives a stream more partitions: its next generation. First no partition of this one takes anything any more, whichever door it comes through;
 * then doors learn of the next one, and a job takes over that reads this one to its end and then the next, with the state of the job before.
 * Answers the job that takes over.
 */
export async function grow(
	{ tenant, log, promise, catalogue, flow, endpoint, byName }: GrowContext,
	to: number,
): Promise<string | undefined> {
	const { id, partitions: from, generations } = endpoint;
	const reason = whyNot(from, to, promise);
	if (reason !== undefined) throw refused(reason);
	const reader = await readerOf(tenant, catalogue, flow, endpoint, to);
	await tenant.growth.begin(flow, id, to);
	const stream = endpointStream(tenant.id, id, generations.length);
	const partitions = Array.from({ length: from }, (_, partition) => partition);
	try {
		await Promise.all(partitions.map((partition) => log.seal(stream, partition)));
		return await tenant.growth.finish(flow, { endpoint: id, from, to, reader, byName });
	} catch (error) {
		// Where this fails too, or the server dies, the control worker does it.
		await Promise.all(partitions.map((partition) => log.unseal(stream, partition)))
			.then(() => tenant.growth.takeBack(flow, id))
			.catch(() => undefined);
		throw error;
	}
}

function whyNot(from: number, to: number, promise: LogPromise): string | undefined {
	if (to < from) {
		return `The stream has ${from} partitions and cannot get fewer: records of a device would change places while older ones wait to be read.`;
	}
	if (promise.fixedPartitions !== undefined) return promise.fixedPartitions;
	if (to > MOST_PARTITIONS) return `A stream has ${MOST_PARTITIONS} partitions at most.`;
	// Then a key's old partition follows from its new one, and what is kept by key goes to tasks that have seen the same event time.
	if (to % from !== 0) return `The stream has ${from} partitions: give it a multiple of that, such as ${from * 2}.`;
	return undefined;
}

/** The job that reads the stream now, with the plan of the one that is to take over; undefined: the flow was never deployed, or has ended. */
async function readerOf(tenant: TenantStore, catalogue: Catalogue, flow: string, endpoint: StoredEndpoint, to: number) {
	const { job } = await tenant.flows.get(flow);
	if (job === undefined) return undefined;
	if (job.state === "finished") return undefined;
	if (job.wanted !== "running" || job.state !== "running") {
		throw refused(
			"The flow does not run at this moment. Its stream can get more partitions while it does, so that nothing is left behind: resume it first.",
		);
	}
	const [version, before, streams] = await Promise.all([
		tenant.flows.version(flow, job.version),
		tenant.jobs.plan(job.plan),
		streamsOf(tenant, flow),
	]);
	const now = streams[endpoint.node] ?? [endpoint.partitions];
	const { plan } = prepare(version.flow, catalogue, before.exchangePartitions, { ...streams, [endpoint.node]: [...now, to] });
	if (plan === undefined) throw refused("The version that runs cannot be planned by this program any more: deploy the flow anew first.");
	const lost = carryOver(before, plan).nodes.filter(({ fate, isStateful }) => isStateful && fate === "reset");
	if (lost.length > 0) {
		const names = lost.map(({ node }) => nameOf(version.flow, catalogue, node)).join(", ");
		throw refused(
			`What ${names} remember cannot be spread over more tasks: put what groups by a field between the source and them, and deploy that first.`,
		);
	}
	return { job: job.id, plan };
}

function nameOf(flow: Flow, catalogue: Catalogue, id: string): string {
	const node = flow.nodes.find((one) => one.id === id);
	return node === undefined ? id : labelIn(catalogue, node);
}

function refused(reason: string): WeirError {
	return new WeirError("STORAGE_REFUSED", reason);
}
