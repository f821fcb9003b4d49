"use client";

import dynamic from "next/dynamic";
import { parseAsString, useQueryState } from "nuqs";
import { titleOf } from "../../client/catalogue.ts";
import { useFlowEndpoints } from "../../client/devices.ts";
import { useFlow, useOverview, useVersion } from "../../client/flows.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button, LinkButton } from "../../ui/button.tsx";
import { CopyBlock } from "../../ui/copy.tsx";
import { count } from "../../ui/format.ts";
import { Page, Panel } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton } from "../../ui/states.tsx";
import { SimulateButton } from "../devices/simulate-button.tsx";
import { snippetsFor } from "../devices/snippets.ts";
import { FlowTabs } from "../flows/flow-tabs.tsx";
import { StatusChip } from "../flows/status.tsx";
import { JobFailure } from "../job/job-failure.tsx";
import { ReplaysPanel } from "../replays/replays-panel.tsx";
import { EventLog } from "./event-log.tsx";
import { FlowActions } from "./flow-actions.tsx";
import { HistoryCharts } from "./history-charts.tsx";
import { LiveLedger, LiveNodes, LiveNumbers } from "./live-panels.tsx";
import { OVERVIEW } from "./messages.ts";
import { RANGE_PARAM, RANGE_WORDS, RANGES } from "./range.ts";
import { StageSummary } from "./stage-summary.tsx";
import { useFlowState } from "./use-flow-live.ts";

const LiveCanvas = dynamic(() => import("./live-canvas.tsx"), {
	ssr: false,
	loading: () => <Skeleton className="h-full w-full rounded-none" />,
});

export function OverviewPage({ tenant, flowId }: { readonly tenant: string; readonly flowId: string }) {
	const flow = useFlow(tenant, flowId);
	const overview = useOverview(tenant, flowId);
	const version = useVersion(tenant, flowId, flow.data?.liveVersion);
	const endpoints = useFlowEndpoints(tenant, flowId);
	const [range, setRange] = useQueryState("range", RANGE_PARAM);
	const [node, setNode] = useQueryState("node", parseAsString);
	useFlowState(tenant, flowId);

	if (flow.isPending || (flow.data?.liveVersion !== undefined && version.isPending)) {
		return (
			<Page title="Overview">
				<Skeleton className="h-80 w-full" />
				<Skeleton className="h-18 w-full" />
				<Skeleton className="h-60 w-full" />
			</Page>
		);
	}
	if (flow.error) return <Failure title={OVERVIEW.failed} error={flow.error} onRetry={() => flow.refetch()} />;

	const drawing = version.data?.flow ?? flow.data.draft.flow;
	const metrics = overview.data?.metrics;
	const names = new Map(drawing.nodes.map(({ id, label, kind }) => [id, label || titleOf(kind)]));
	const nameOf = (id: string) => names.get(id) ?? id;
	const first = endpoints.data?.[0];
	const isWaiting =
		flow.data.liveVersion !== undefined && (endpoints.data?.every(({ records }) => records === 0) ?? false) && metrics?.ledger?.in === 0;

	return (
		<Page
			title={flow.data.name}
			isRefreshing={overview.isRefetching && overview.isError}
			badge={<StatusChip status={flow.data.status} version={flow.data.liveVersion} />}
			actions={
				<>
					<SimulateButton tenant={tenant} flowId={flowId} />
					<FlowActions tenant={tenant} flow={flow.data} />
				</>
			}
		>
			<FlowTabs tenant={tenant} flowId={flowId} />
			{flow.data.job ? <JobFailure tenant={tenant} flowId={flowId} job={flow.data.job} metrics={metrics} nameOf={nameOf} /> : null}
			<div className="w-card h-80 overflow-hidden">
				{drawing.nodes.length === 0 ? (
					<Empty title="The canvas is empty." action={<LinkButton href={`/t/${tenant}/flows/${flowId}`}>Open the editor</LinkButton>} />
				) : (
					<LiveCanvas
						tenant={tenant}
						flowId={flowId}
						flow={drawing}
						name={flow.data.name}
						selectedNodeId={node ?? undefined}
						onSelectNode={(id) => setNode(id ?? null)}
					/>
				)}
			</div>

			{flow.data.liveVersion === undefined ? (
				<div className="w-card">
					<Empty
						title={OVERVIEW.neverDeployed}
						action={
							<LinkButton kind="primary" href={`/t/${tenant}/flows/${flowId}`}>
								Open the editor
							</LinkButton>
						}
					>
						{OVERVIEW.neverDeployedHelp}
					</Empty>
				</div>
			) : null}

			{isWaiting && first ? (
				<Panel title="Send the first record">
					<p className="mb-3 text-muted">{OVERVIEW.waiting}</p>
					<CopyBlock
						label="Command that sends a record"
						text={
							snippetsFor({
								protocol: first.protocol,
								url: first.url,
								topic: first.topic ?? "",
								deviceId: "<device>",
								token: "<token>",
								example: '{"device":"pump-1","temperature":21.5}',
							})[0]?.text ?? ""
						}
					/>
				</Panel>
			) : null}

			{overview.error && !overview.data ? (
				<div className="w-card">
					<Failure title={OVERVIEW.overviewFailed} error={overview.error} onRetry={() => overview.refetch()} />
				</div>
			) : metrics ? (
				<LiveNumbers tenant={tenant} flowId={flowId} fetched={metrics} />
			) : (
				<Skeleton className="h-18 w-full" />
			)}
			{overview.error && overview.data ? (
				<Banner tone="warn">{OVERVIEW.overviewFailed} What you see is the last that was known.</Banner>
			) : null}

			<Panel
				title="History"
				aside={
					<fieldset className="flex flex-wrap gap-1">
						<legend className="sr-only">Time range</legend>
						{RANGES.map((each) => (
							<Button
								key={each}
								kind="ghost"
								size="compact"
								aria-pressed={each === range}
								aria-label={RANGE_WORDS[each]}
								className={each === range ? "bg-accent-soft! text-accent-text!" : "text-muted!"}
								onClick={() => setRange(each)}
							>
								{each}
							</Button>
						))}
					</fieldset>
				}
			>
				<HistoryCharts tenant={tenant} flowId={flowId} range={range} />
			</Panel>

			<ReplaysPanel tenant={tenant} flowId={flowId} />

			{metrics ? <LiveNodes tenant={tenant} flowId={flowId} fetched={metrics} flow={drawing} selectedId={node} onSelect={setNode} /> : null}

			<div className="grid gap-4 xl:grid-cols-2">
				{metrics ? <LiveLedger tenant={tenant} flowId={flowId} fetched={metrics} /> : null}
				<Panel title="Event log" isFlush>
					<EventLog tenant={tenant} flowId={flowId} />
				</Panel>
			</div>

			{overview.data && overview.data.stages.length > 0 ? (
				<Panel
					title="Stages & checkpoints"
					isFlush
					aside={
						<span className="flex items-center gap-3 text-meta text-muted">
							on {count(overview.data.workers, "worker")}
							<LinkButton size="compact" href={`/t/${tenant}/flows/${flowId}/job`}>
								Plan and tasks
							</LinkButton>
						</span>
					}
				>
					<StageSummary stages={overview.data.stages} nameOf={nameOf} />
				</Panel>
			) : null}
		</Page>
	);
}
