import { useHanded } from "../../editor/handed.ts";
import type { WidgetProps } from "../widget-props.ts";

const STATE_TEXT = { ok: "works", failing: "fails", unknown: "not tested" } as const;

/** A connection of the node's type, with the state of its last test. */
export function ConnectionWidget({ spec, value, disabled, control, connectionType, change, leave }: WidgetProps) {
	const { connections = [], onNewConnection } = useHanded();
	const fitting = connections.filter((connection) => connectionType === undefined || connection.type === connectionType);
	const current = typeof value === "string" ? value : "";
	const chosen = fitting.find((connection) => connection.id === current);
	return (
		<div className="weir-connection">
			<select
				{...control}
				className="weir-input"
				disabled={disabled}
				value={current}
				onChange={(event) => change(event.target.value === "" ? undefined : event.target.value)}
				onBlur={leave}
			>
				{spec.isOptional && spec.initial === undefined ? <option value="">Built-in</option> : <option value="">Choose a connection</option>}
				{current !== "" && chosen === undefined && <option value={current}>A connection that is gone</option>}
				{fitting.map((connection) => (
					<option key={connection.id} value={connection.id}>
						{connection.name} ({STATE_TEXT[connection.state]})
					</option>
				))}
			</select>
			{onNewConnection !== undefined && !disabled && (
				<button type="button" className="weir-button" onClick={() => onNewConnection(connectionType ?? "")}>
					New…
				</button>
			)}
		</div>
	);
}
