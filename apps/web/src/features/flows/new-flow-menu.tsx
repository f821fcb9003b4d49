"use client";

import { FileDashedIcon } from "@phosphor-icons/react/dist/csr/FileDashed";
import { PlusIcon } from "@phosphor-icons/react/dist/csr/Plus";
import { TreeStructureIcon } from "@phosphor-icons/react/dist/csr/TreeStructure";
import { useTemplates } from "../../client/flows.ts";
import { useMay } from "../../client/me.ts";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuHeading, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { FLOWS } from "./messages.ts";
import { useFlowActions } from "./use-flow-actions.ts";

export function NewFlowMenu({ tenant }: { readonly tenant: string }) {
	const mayEdit = useMay("flow:edit");
	const templates = useTemplates(tenant).data ?? [];
	const { createBlank, createFromTemplate } = useFlowActions(tenant);
	const trigger = (
		<>
			<PlusIcon size={16} aria-hidden="true" />
			New flow
		</>
	);
	if (!mayEdit) {
		return (
			<Button kind="primary" disabled title={FLOWS.noEdit}>
				{trigger}
			</Button>
		);
	}
	return (
		<Menu label="New flow" kind="primary" trigger={trigger}>
			<MenuItem icon={<FileDashedIcon size={16} aria-hidden="true" />} onSelect={createBlank}>
				Empty canvas
			</MenuItem>
			{templates.length > 0 ? (
				<>
					<MenuSeparator />
					<MenuHeading>From a template</MenuHeading>
					{templates.map((template) => (
						<MenuItem
							key={template.id}
							icon={<TreeStructureIcon size={16} aria-hidden="true" />}
							onSelect={() => createFromTemplate(template)}
						>
							{template.title}
						</MenuItem>
					))}
				</>
			) : null}
		</Menu>
	);
}
