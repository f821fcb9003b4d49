import type { StreamRef, TaskRef } from "@weir/runtime";

/*
 * Names of topics, readable by people and by the access rules of Kafka, which match by prefix:
 *
 *   weir.<tenant>.e.<endpoint>              records of an endpoint, one Kafka record each
 *   weir.<tenant>.e.<endpoint>.ids          message ids that it has seen
 *   weir.<tenant>.x.<job>.<exchange>        an exchange, one frame of columns a record
 *   weir.<tenant>.c.<job>.<stage>           checkpoints of a stage, a partition per task; compacted
 *   weir.<tenant>.l.<job>.<node>.<list>     capped list of a sink
 *   weir.<tenant>.counts                    what offsets do not say about records; compacted
 */

/** Begins the names of all topics of a tenant. */
export function tenantPrefix(tenant: string): string {
	return `weir.${legal(tenant)}.`;
}

export function streamTopic({ tenant, stream }: StreamRef): string {
	return tenantPrefix(tenant) + stream.split(":").map(legal).join(".");
}

export function idsTopic(ref: StreamRef): string {
	return `${streamTopic(ref)}.ids`;
}

export function countsTopic(tenant: string): string {
	return `${tenantPrefix(tenant)}counts`;
}

/** Begins the names of the checkpoint topics of a job. */
export function checkpointPrefix(tenant: string, job: string): string {
	return `${tenantPrefix(tenant)}c.${legal(job)}.`;
}

export function checkpointTopic(task: TaskRef): string {
	return checkpointPrefix(task.tenant, task.job) + legal(task.stage);
}

/** Begins the names of the capped lists of a job. */
export function cappedPrefix(tenant: string, job: string): string {
	return `${tenantPrefix(tenant)}l.${legal(job)}.`;
}

/** `name` is `<node>/<name>`. */
export function cappedTopic(tenant: string, job: string, name: string): string {
	return cappedPrefix(tenant, job) + name.split("/").map(legal).join(".");
}

/** A topic's name takes letters, digits, dot, dash and underscore; the dot is ours, and the underscore marks what is written in hex. */
function legal(part: string): string {
	return part.replace(/[^a-zA-Z0-9-]/g, (sign) => [...Buffer.from(sign)].map((byte) => `_${byte.toString(16).padStart(2, "0")}`).join(""));
}
