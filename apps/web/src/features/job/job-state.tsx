import type { ReactNode } from "react";
import type { FlowMetrics, Job, JobDetail } from "../../client/contract.ts";
import { Chip } from "../../ui/chip.tsx";
import { bytes, count, duration, fullNumber } from "../../ui/format.ts";
import { Meter } from "../../ui/meter.tsx";
import { Time } from "../../ui/time.tsx";
import { isAsWanted, JOB_STATES, LOGS, wantedWord } from "./words.ts";

interface JobStateProps {
	readonly job: Job;
	readonly detail: JobDetail;
	readonly metrics: FlowMetrics | undefined;
}

/** What is wanted of the job against what it does, and the figures of all its tasks together. */
export function JobState({ job, detail, metrics }: JobStateProps) {
	const { tasks, workers, log } = detail;
	const [tone, word] = JOB_STATES[job.state];
	const running = tasks.filter((task) => task.state === "running").length;
	const restarts = tasks.reduce((sum, task) => sum + task.restarts, 0);
	const known = tasks.flatMap(({ lagRecords }) => lagRecords ?? []);
	const stored = tasks.flatMap(({ storedBytes }) => storedBytes ?? []);
	const commits = tasks.flatMap(({ committedAt, state }) => (committedAt === undefined || state === "done" ? [] : [committedAt]));
	const state = metrics?.state;
	return (
		<dl className="w-card grid grid-cols-2 overflow-hidden sm:grid-cols-3 xl:grid-cols-5" aria-label="The job">
			<Figure label="Wanted">{wantedWord(job)}</Figure>
			<Figure label="Actual" note={isAsWanted(job) ? "as wanted" : job.state === "failed" ? "stopped by a failure" : "on its way"}>
				<Chip tone={tone}>{word}</Chip>
			</Figure>
			<Figure label="Version" note={<Since at={job.createdAt} />}>
				v{job.version}
			</Figure>
			<Figure label="Log">{LOGS[log]}</Figure>
			<Figure label="Tasks" note={`on ${count(workers.length, "worker")}`}>
				{running} of {tasks.length} running
			</Figure>
			<Figure label="Restarts" note="after a worker died, was too slow or paused">
				{fullNumber(restarts)}
			</Figure>
			<Figure label="Lag" note="records not yet worked on">
				{known.length === 0 ? "—" : fullNumber(known.reduce((sum, lag) => sum + lag, 0))}
			</Figure>
			<Figure label="Oldest commit" note="of the task that committed longest ago">
				<Time at={commits.length === 0 ? undefined : Math.min(...commits)} />
			</Figure>
			<Figure label="Stored state" note="what the checkpoints hold">
				{stored.length === 0 ? "—" : bytes(stored.reduce((sum, size) => sum + size, 0))}
			</Figure>
			<Figure
				label="State in memory"
				note={
					state?.limitBytes === undefined ? undefined : (
						<>
							of {bytes(state.limitBytes)} in a worker
							{state.fullInMs !== undefined && state.fullInMs < 86_400_000 ? `, full in about ${duration(state.fullInMs)}` : ""}
						</>
					)
				}
			>
				<span className="flex flex-wrap items-center gap-x-3">
					{bytes(state?.bytes)}
					{state?.fill === undefined ? null : (
						<span className="text-body font-normal">
							<Meter label="How full the fullest worker is of what this job may hold" fill={state.fill} />
						</span>
					)}
				</span>
			</Figure>
		</dl>
	);
}

function Since({ at }: { readonly at: number }) {
	return (
		<>
			deployed <Time at={at} />
		</>
	);
}

function Figure({ label, note, children }: { readonly label: string; readonly note?: ReactNode; readonly children: ReactNode }) {
	return (
		<div className="-mb-px -ml-px min-w-0 border-b border-l border-hairline px-4 py-3">
			<dt className="text-meta text-muted">{label}</dt>
			<dd className="min-h-6 text-panel font-semibold tabular-nums">{children}</dd>
			{note ? <dd className="text-meta text-muted">{note}</dd> : null}
		</div>
	);
}
