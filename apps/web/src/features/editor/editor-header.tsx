"use client";

import { CaretDownIcon } from "@phosphor-icons/react/dist/csr/CaretDown";
import { useExportFlow } from "@weir/canvas";
import Link from "next/link";
import { useState } from "react";
import type { FlowDetail } from "../../client/contract.ts";
import { useMay } from "../../client/me.ts";
import { TenantSwitcher } from "../../shell/tenant-switcher.tsx";
import { ThemeSwitch } from "../../shell/theme-switch.tsx";
import { UserMenu } from "../../shell/user-menu.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { RenameDialog } from "../flows/rename-dialog.tsx";
import { useFlowActions } from "../flows/use-flow-actions.ts";
import { ReplayDialog } from "../replays/replay-dialog.tsx";

/** Left in the editor's header: tenant, way back, the flow's name. */
export function EditorHeaderStart({ tenant, flow }: { readonly tenant: string; readonly flow: FlowDetail }) {
	const mayEdit = useMay("flow:edit");
	const { rename, duplicate } = useFlowActions(tenant);
	const exportFlow = useExportFlow();
	const mayOperate = useMay("flow:operate");
	const [isRenaming, setIsRenaming] = useState(false);
	const [isReplaying, setIsReplaying] = useState(false);
	return (
		<div className="flex min-w-0 items-center gap-2">
			<div className="hidden lg:block">
				<TenantSwitcher isInHeader />
			</div>
			<nav aria-label="Where you are" className="flex min-w-0 items-center gap-1">
				<Link href={`/t/${tenant}/flows`} className="inline-flex min-h-6 items-center rounded-input text-muted! hover:text-text!">
					Flows
				</Link>
				<span className="text-muted" aria-hidden="true">
					/
				</span>
				<h1 className="min-w-0 flex-1">
					<Menu
						label={`Flow: ${flow.name}`}
						align="start"
						size="compact"
						className="max-w-full min-w-0 px-1.5! font-semibold!"
						trigger={
							<>
								<span className="max-w-64 min-w-0 truncate">{flow.name}</span>
								<CaretDownIcon size={12} className="shrink-0 text-muted" aria-hidden="true" />
							</>
						}
					>
						<MenuItem isDisabled={!mayEdit} onSelect={() => setIsRenaming(true)}>
							Rename…
						</MenuItem>
						<MenuItem isDisabled={!mayEdit} onSelect={() => duplicate(flow)}>
							Duplicate
						</MenuItem>
						<MenuItem onSelect={exportFlow}>Export flow</MenuItem>
						<MenuItem isDisabled={!mayOperate} onSelect={() => setIsReplaying(true)}>
							Replay…
						</MenuItem>
						<MenuItem href={`/t/${tenant}/flows/${flow.id}/overview`}>Overview</MenuItem>
					</Menu>
				</h1>
			</nav>
			{isReplaying ? <ReplayDialog tenant={tenant} flow={flow} onClose={() => setIsReplaying(false)} /> : null}
			{isRenaming ? <RenameDialog name={flow.name} onClose={() => setIsRenaming(false)} onRename={(name) => rename(flow, name)} /> : null}
		</div>
	);
}

/** In the editor's header before the Deploy button. */
export function EditorHeaderEnd({ tenant, flow }: { readonly tenant: string; readonly flow: FlowDetail }) {
	return (
		<div className="flex items-center gap-1">
			<ThemeSwitch />
			<UserMenu />
			<LinkButton href={`/t/${tenant}/flows/${flow.id}/overview`} className="ml-1 hidden text-text! lg:inline-flex">
				Overview
			</LinkButton>
		</div>
	);
}
