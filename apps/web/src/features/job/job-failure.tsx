import type { FlowMetrics, Job } from "../../client/contract.ts";
import { Banner } from "../../ui/banner.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { Meter } from "../../ui/meter.tsx";

interface JobFailureProps {
	readonly tenant: string;
	readonly flowId: string;
	readonly job: Job;
	readonly metrics: FlowMetrics | undefined;
	nameOf(node: string): string;
}

/** Why the job failed, or why a part of it pauses; a state that outgrew its bound has a look of its own. */
export function JobFailure({ tenant, flowId, job, metrics, nameOf }: JobFailureProps) {
	const { failure } = job;
	if (failure === undefined) return null;
	const where = failure.node === undefined ? undefined : nameOf(failure.node);
	if (failure.code === "STATE_TOO_LARGE") {
		return (
			<section className="w-card border-error! p-4" role="alert" aria-label="State too large">
				<h2 className="text-panel font-semibold text-error-text">State too large{where === undefined ? "" : `: ${where}`}</h2>
				<p className="mt-1 max-w-180">{failure.message}</p>
				<p className="mt-1 max-w-180 text-muted">
					Nothing is lost: the job stopped at its last commit, and records wait in the log for as long as it keeps them. Change the node and
					deploy, or give the job more room and resume.
				</p>
				<div className="mt-3 flex flex-wrap items-center gap-4">
					<LinkButton
						kind="primary"
						href={`/t/${tenant}/flows/${flowId}${failure.node === undefined ? "" : `?node=${encodeURIComponent(failure.node)}`}`}
					>
						{where === undefined ? "Open the editor" : `Change ${where}`}
					</LinkButton>
					<Meter label="How full the fullest worker is of what this job may hold" fill={Math.max(1, metrics?.state?.fill ?? 1)} />
				</div>
			</section>
		);
	}
	return (
		<Banner tone={job.state === "failed" ? "error" : "warn"}>
			{where === undefined ? "" : `${where}: `}
			{failure.message}
		</Banner>
	);
}
