"use client";

import dynamic from "next/dynamic";
import { useConnections } from "../../client/connections.ts";
import { useFlow, useTemplates } from "../../client/flows.ts";
import { useMe } from "../../client/me.ts";
import { TenantGate } from "../../shell/tenant-gate.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { Failure, Skeleton } from "../../ui/states.tsx";
import { EDITOR } from "./messages.ts";

const Editor = dynamic(() => import("./editor.tsx"), { ssr: false, loading: () => <EditorSkeleton /> });

function EditorSkeleton() {
	return (
		<div className="flex h-dvh flex-col" role="status" aria-label={EDITOR.loading}>
			<div className="h-12 border-b border-hairline bg-surface" />
			<div className="flex min-h-0 flex-1">
				<div className="hidden w-62 flex-col gap-3 border-r border-hairline bg-surface p-3 md:flex">
					<Skeleton className="h-8 w-full" />
					<Skeleton className="h-4 w-20" />
					<Skeleton className="h-8 w-40" />
					<Skeleton className="h-8 w-44" />
				</div>
				<div className="flex-1" />
				<div className="hidden w-85 border-l border-hairline bg-surface xl:block" />
			</div>
		</div>
	);
}

function Loaded({ tenant, flowId }: { readonly tenant: string; readonly flowId: string }) {
	const flow = useFlow(tenant, flowId);
	const me = useMe();
	const templates = useTemplates(tenant);
	const connections = useConnections(tenant);

	if (flow.error && !flow.data) {
		return (
			<main className="flex min-h-dvh flex-col items-center justify-center">
				<Failure title={EDITOR.failed} error={flow.error} onRetry={() => flow.refetch()} />
				<LinkButton href={`/t/${tenant}/flows`}>Back to flows</LinkButton>
			</main>
		);
	}
	// Templates and connections may fail without taking the drawing away.
	if (!flow.data || !me.data || templates.isPending || connections.isPending) return <EditorSkeleton />;
	return (
		<Editor
			key={flowId}
			tenant={tenant}
			memberId={me.data.user.id}
			flow={flow.data}
			templates={templates.data ?? []}
			connections={connections.data ?? []}
		/>
	);
}

export function EditorPage({ tenant, flowId }: { readonly tenant: string; readonly flowId: string }) {
	return (
		<TenantGate loading={<EditorSkeleton />}>
			<Loaded tenant={tenant} flowId={flowId} />
		</TenantGate>
	);
}
