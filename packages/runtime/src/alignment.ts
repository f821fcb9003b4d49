import type { TaskInput } from "./task-input.ts";

/**
 * The inputs that are read next: one whose event time is ahead of another's by more than `maxAheadMs` waits for it. Else a source that is
 * read again from long ago would fill windows and joins with what the others bring meanwhile. Nobody waits for an input that had nothing
 * to read when it was looked at last (`flowing` are those that had): whether such a one holds event time back is for its idle time to say.
 */
export function aligned(open: readonly TaskInput[], flowing: ReadonlySet<TaskInput>, maxAheadMs: number): readonly TaskInput[] {
	const slowest = Math.min(...open.filter((input) => flowing.has(input)).map((input) => eventTimeOf(input) ?? Number.POSITIVE_INFINITY));
	return open.filter((input) => {
		const time = eventTimeOf(input);
		return time === undefined || time - slowest <= maxAheadMs;
	});
}

/** How far an input has come; undefined when it has heard of no event time yet, or is silent: it holds up and waits for nobody. */
function eventTimeOf({ times }: TaskInput): number | undefined {
	const heard = times.filter(({ watermark, isIdle }) => !isIdle && Number.isFinite(watermark));
	return heard.length === 0 ? undefined : Math.min(...heard.map(({ watermark }) => watermark));
}
