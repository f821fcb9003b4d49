import type { StoredJob } from "@weir/db";
import type { JobState } from "@weir/jobs";

/** What the event log of its flow says of a replay that has moved; undefined: nothing. */
export function replayWords(job: StoredJob, to: JobState, failure: string | undefined): { kind: string; text: string } | undefined {
	const name = `Replay ${job.replay}`;
	if (to === "finished") return { kind: "replay-finished", text: `${name} has read its range to the end and closed its windows.` };
	if (to === "stopped") return { kind: "replay-stopped", text: `${name} has stopped at its last commit.` };
	if (to === "failed") return { kind: "replay-failed", text: `${name} failed: ${failure ?? "one of its tasks failed for good."}` };
	return undefined;
}
