"use client";

import "@weir/canvas/styles.css";
import { useQueryClient } from "@tanstack/react-query";
import { FlowEditor, type SavedDraft } from "@weir/canvas";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo, useRef, useState } from "react";
import { CATALOGUE, EDITORS, ICONS } from "../../client/catalogue.ts";
import type { Connection, FlowDetail, Template } from "../../client/contract.ts";
import { flowApi } from "../../client/flows.ts";
import { KEYS } from "../../client/keys.ts";
import { useMay } from "../../client/me.ts";
import { PARSER_WASM } from "../../client/parser-wasm.ts";
import { useNotify } from "../../ui/toast.tsx";
import { ConnectionDialog } from "../connections/connection-dialog.tsx";
import { useFlowState } from "../overview/use-flow-live.ts";
import { deployAndWatch } from "./deploy-port.ts";
import { draftPort } from "./draft-port.ts";
import { EditorHeaderEnd, EditorHeaderStart } from "./editor-header.tsx";
import { livePort, tapPort } from "./live-port.ts";
import { EDITOR } from "./messages.ts";
import { samplePort } from "./sample-port.ts";
import { SourceCard } from "./source-card.tsx";
import { targetPort } from "./target-port.ts";
import { useDeployPort } from "./use-deploy-port.ts";

interface EditorProps {
	readonly tenant: string;
	readonly memberId: string;
	readonly flow: FlowDetail;
	readonly templates: readonly Template[];
	readonly connections: readonly Connection[];
}

/** Hands the editor everything it needs of the API: drafts, live numbers, samples, connections, deploys. */
export default function Editor({ tenant, memberId, flow, templates, connections }: EditorProps) {
	const router = useRouter();
	const notify = useNotify();
	const cache = useQueryClient();
	const mayEdit = useMay("flow:edit");
	const mayDeploy = useMay("flow:deploy");
	const mayReadData = useMay("data:read");
	const [saved, setSaved] = useState<SavedDraft>(flow.draft);
	const [newConnection, setNewConnection] = useState<{ readonly type: string | undefined }>();
	const isTrying = useRef(false);
	const [node] = useQueryState("node", parseAsString);
	const name = useRef(flow.name);
	name.current = flow.name;
	useFlowState(tenant, flow.id);

	const tellCopied = useRef((_flowId: string): void => undefined);
	tellCopied.current = (id) => {
		notify({
			title: "Your version is kept as a flow of its own.",
			action: { label: "Open", run: () => router.push(`/t/${tenant}/flows/${id}`) },
		});
	};

	const known = useRef(connections);
	known.current = connections;
	const ports = useMemo(
		() => ({
			drafts: draftPort(
				tenant,
				flow.id,
				() => `${name.current} (my copy)`,
				(id) => tellCopied.current(id),
			),
			live: livePort(tenant, flow.id),
			taps: tapPort(tenant, flow.id),
			samples: samplePort(tenant, flow.id),
			targets: targetPort(tenant, () => known.current),
		}),
		[tenant, flow.id],
	);
	const deploy = useDeployPort(tenant, flow, saved);

	async function deployAndSimulate(rev: number) {
		try {
			await deployAndWatch(tenant, flow.id, rev, "Tried with simulated data", () => undefined);
			await flowApi.startSimulation(tenant, flow.id);
			notify({ title: "Pretended devices are posting for half an hour.", description: "Watch the numbers on the lines." });
		} catch (error) {
			notify({
				title: "The template could not be started.",
				description: error instanceof Error ? error.message : String(error),
				isError: true,
			});
		} finally {
			await cache.invalidateQueries({ queryKey: KEYS.flow(tenant, flow.id) });
		}
	}

	function onSaved(next: SavedDraft) {
		setSaved(next);
		// A source that was added has its endpoint only now.
		void cache.invalidateQueries({ queryKey: KEYS.flowEndpoints(tenant, flow.id) });
		if (!isTrying.current) return;
		isTrying.current = false;
		void deployAndSimulate(next.rev);
	}

	return (
		<div className="h-dvh">
			<FlowEditor
				flowId={flow.id}
				memberId={memberId}
				catalogue={CATALOGUE}
				icons={ICONS}
				editors={EDITORS}
				draft={flow.draft}
				drafts={ports.drafts}
				parserWasm={PARSER_WASM}
				permissions={{ edit: mayEdit, deploy: mayDeploy, readData: mayReadData }}
				readOnlyReason={mayEdit ? undefined : EDITOR.viewer}
				live={ports.live}
				taps={mayReadData ? ports.taps : undefined}
				samples={mayReadData ? ports.samples : undefined}
				connections={connections.map(({ id, name: label, type, state }) => ({ id, name: label, type, state }))}
				targets={mayEdit ? ports.targets : undefined}
				onNewConnection={(type) => setNewConnection({ type: type === "" ? undefined : type })}
				templates={templates}
				onTryTemplate={() => {
					isTrying.current = true;
				}}
				deploy={deploy}
				headerStart={<EditorHeaderStart tenant={tenant} flow={flow} />}
				headerEnd={<EditorHeaderEnd tenant={tenant} flow={flow} />}
				nodeExtras={(node, definition) => (definition.door ? <SourceCard tenant={tenant} flowId={flow.id} nodeId={node.id} /> : null)}
				flowName={flow.name}
				opensAt={node ?? undefined}
				deadLettersHref={(node) => `/t/${tenant}/dead-letters?flow=${flow.id}&node=${encodeURIComponent(node)}`}
				docsHref={(kind) => `/docs/nodes/${kind}`}
				onSaved={onSaved}
			/>
			{newConnection ? (
				<ConnectionDialog
					tenant={tenant}
					type={newConnection.type}
					onClose={() => setNewConnection(undefined)}
					onSaved={() => void cache.invalidateQueries({ queryKey: KEYS.connections(tenant) })}
				/>
			) : null}
		</div>
	);
}
