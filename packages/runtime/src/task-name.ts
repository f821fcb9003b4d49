import type { Position, StreamRef, TaskRef } from "./ports.ts";

/** `<jobId>/<stage>/<partition>`: the task's name in every store. */
export function taskName(task: TaskRef): string {
	return `${task.job}/${task.stage}/${task.partition}`;
}

/** Key of one partition in a position. */
export function placeKey(stream: StreamRef, partition: number): string {
	return `${stream.stream}/${partition}`;
}

/** One text for one position: keys sorted, so equal places are equal text. */
export function positionText(position: Position): string {
	return JSON.stringify(Object.fromEntries(Object.entries(position).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Stream of an endpoint's raw records; it begins a new generation each time that it is given more partitions. */
export function endpointStream(tenant: string, endpointId: string, generation = 1): StreamRef {
	return { tenant, stream: generation === 1 ? `e:${endpointId}` : `e:${endpointId}~${generation}` };
}

/** The endpoint whose raw records a stream holds; undefined: it holds something else. */
export function endpointOf({ stream }: StreamRef): string | undefined {
	return stream.startsWith("e:") ? stream.slice(2).split("~")[0] : undefined;
}

/** Stream between two stages of a job. */
export function exchangeStream(tenant: string, job: string, exchange: string): StreamRef {
	return { tenant, stream: `x:${job}:${exchange}` };
}
