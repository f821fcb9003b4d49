"use client";

import { useFlowEvents } from "../../client/flows.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Failure, SkeletonRows } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { OVERVIEW } from "./messages.ts";

/** What happened to the flow, newest first. */
export function EventLog({ tenant, flowId }: { readonly tenant: string; readonly flowId: string }) {
	const events = useFlowEvents(tenant, flowId);
	const rows = events.data?.pages.flat() ?? [];
	if (events.isPending) return <SkeletonRows rows={4} label={OVERVIEW.loading} />;
	if (events.error) return <Failure title={OVERVIEW.eventsFailed} error={events.error} onRetry={() => events.refetch()} />;
	if (rows.length === 0) return <Empty title={OVERVIEW.noEvents} />;
	return (
		<>
			<ol className="divide-y divide-hairline">
				{rows.map(({ id, at, text }) => (
					<li key={id} className="flex gap-4 px-4 py-2">
						<span className="w-24 shrink-0 text-meta leading-5 text-muted">
							<Time at={at} />
						</span>
						<span className="min-w-0 flex-1 break-words">{text}</span>
					</li>
				))}
			</ol>
			{events.hasNextPage ? (
				<div className="flex justify-center border-t border-hairline p-2">
					<Button size="compact" isBusy={events.isFetchingNextPage} onClick={() => events.fetchNextPage()}>
						Show older events
					</Button>
				</div>
			) : null}
		</>
	);
}
