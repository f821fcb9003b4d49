"use client";

import dynamic from "next/dynamic";
import { titleOf } from "../../client/catalogue.ts";
import type { FlowMetrics, Job, JobDetail } from "../../client/contract.ts";
import { useFlow, useVersion } from "../../client/flows.ts";
import { LinkButton } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import { Page, Panel } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton, SkeletonRows } from "../../ui/states.tsx";
import { FlowTabs } from "../flows/flow-tabs.tsx";
import { StatusChip } from "../flows/status.tsx";
import { FlowActions } from "../overview/flow-actions.tsx";
import { useFlowState } from "../overview/use-flow-live.ts";
import { JobFailure } from "./job-failure.tsx";
import { JobState } from "./job-state.tsx";
import { JOB } from "./messages.ts";
import { StageTasks } from "./stage-tasks.tsx";
import { StateTable } from "./state-table.tsx";
import { useLiveJob, useLiveMetrics } from "./use-job.ts";
import { WorkerTable } from "./worker-table.tsx";

const PlanPanel = dynamic(() => import("./plan-panel.tsx"), { ssr: false, loading: () => <Skeleton className="h-60 w-full" /> });

/** What is wanted of a flow's job against what it does: its plan, its tasks, who has them, and what they hold. */
export function JobPage({ tenant, flowId }: { readonly tenant: string; readonly flowId: string }) {
	const flow = useFlow(tenant, flowId);
	const detail = useLiveJob(tenant, flowId);
	const metrics = useLiveMetrics(tenant, flowId);
	const version = useVersion(tenant, flowId, detail.data?.job?.version);
	useFlowState(tenant, flowId);

	if (flow.isPending) return <Loading />;
	if (flow.error) return <Failure title={JOB.failed} error={flow.error} onRetry={() => flow.refetch()} />;

	const drawn = version.data?.flow ?? flow.data.draft.flow;
	const names = new Map(drawn.nodes.map(({ id, label, kind }) => [id, label || titleOf(kind)]));
	const nameOf = (node: string) => names.get(node) ?? node;
	return (
		<Page
			title={flow.data.name}
			badge={<StatusChip status={flow.data.status} version={flow.data.liveVersion} />}
			isRefreshing={detail.isRefetching && detail.isError}
			actions={<FlowActions tenant={tenant} flow={flow.data} />}
		>
			<FlowTabs tenant={tenant} flowId={flowId} />
			{detail.isPending ? (
				<>
					<Skeleton className="h-36 w-full" />
					<div className="w-card">
						<SkeletonRows label="Loading the job" />
					</div>
				</>
			) : !detail.data ? (
				<div className="w-card">
					<Failure title={JOB.failed} error={detail.error} onRetry={() => detail.refetch()} />
				</div>
			) : detail.data.job === undefined ? (
				<div className="w-card">
					<Empty
						title={JOB.neverDeployed}
						action={
							<LinkButton kind="primary" href={`/t/${tenant}/flows/${flowId}`}>
								Open the editor
							</LinkButton>
						}
					>
						{JOB.neverDeployedHelp}
					</Empty>
				</div>
			) : (
				<JobBody tenant={tenant} flowId={flowId} job={detail.data.job} detail={detail.data} metrics={metrics} nameOf={nameOf} />
			)}
		</Page>
	);
}

interface JobBodyProps {
	readonly job: Job;
	readonly detail: JobDetail;
	readonly metrics: FlowMetrics | undefined;
	readonly tenant: string;
	readonly flowId: string;
	nameOf(node: string): string;
}

function JobBody({ tenant, flowId, job, detail, metrics, nameOf }: JobBodyProps) {
	const { plan, tasks, workers } = detail;
	return (
		<>
			<JobFailure tenant={tenant} flowId={flowId} job={job} metrics={metrics} nameOf={nameOf} />
			<JobState job={job} detail={detail} metrics={metrics} />
			<Panel title="Plan" aside={<span className="text-meta text-muted">How version {job.version} runs</span>}>
				<PlanPanel stages={plan} tasks={tasks} nameOf={nameOf} />
			</Panel>
			<Panel title="Tasks" isFlush aside={<span className="text-meta text-muted">{count(tasks.length, "task")}</span>}>
				{tasks.length === 0 ? (
					<Empty title={JOB.noTasks} />
				) : (
					plan.map((stage, i) => (
						<StageTasks
							key={stage.id}
							title={`Stage ${i + 1}`}
							nodes={stage.nodes.map(({ id }) => id)}
							tasks={tasks.filter((task) => task.stage === stage.id)}
							nameOf={nameOf}
						/>
					))
				)}
			</Panel>
			<div className="grid items-start gap-4 xl:grid-cols-2">
				<Panel title="State by node" isFlush>
					<StateTable detail={detail} metrics={metrics} nameOf={nameOf} />
				</Panel>
				<Panel title="Workers" isFlush>
					<WorkerTable workers={workers} />
				</Panel>
			</div>
		</>
	);
}

function Loading() {
	return (
		<Page title="Job">
			<Skeleton className="h-36 w-full" />
			<Skeleton className="h-60 w-full" />
		</Page>
	);
}
