import { useId, useState } from "react";
import { useDocument } from "../../editor/context.ts";
import { useHanded } from "../../editor/handed.ts";
import type { WidgetProps } from "../widget-props.ts";

const MOST = 200;

/** Name of something in the system of the node's connection, which is asked for suggestions as soon as somebody types here. */
export function TargetWidget({ spec, value, disabled, control, nodeId, connectionType, change, leave }: WidgetProps) {
	const { targets } = useHanded();
	const config = useDocument((state) => state.flow.nodes.find((node) => node.id === nodeId)?.config);
	const [names, setNames] = useState<readonly string[]>([]);
	const listId = useId();
	const wanted = spec.meta.target;

	async function look(): Promise<void> {
		if (targets === undefined || wanted === undefined) return;
		const within = wanted.within === undefined ? undefined : textOf(config?.[wanted.within]);
		// A name can be typed whether or not the system answers.
		const found = await targets.namesOf(textOf(config?.connection), connectionType, wanted.kind, within).catch(() => []);
		setNames(found.slice(0, MOST));
	}

	return (
		<>
			<input
				{...control}
				className="weir-input"
				type="text"
				autoComplete="off"
				spellCheck={false}
				list={names.length > 0 ? listId : undefined}
				placeholder={spec.meta.placeholder}
				disabled={disabled}
				value={typeof value === "string" ? value : ""}
				onFocus={() => void look()}
				onChange={(event) =>
					change(event.target.value === "" && spec.isOptional && spec.initial === undefined ? undefined : event.target.value)
				}
				onBlur={leave}
			/>
			<datalist id={listId}>
				{names.map((name) => (
					<option key={name} value={name} />
				))}
			</datalist>
		</>
	);
}

function textOf(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value : undefined;
}
