import { useLastSeen } from "../use-last-seen.ts";
import type { WidgetProps } from "../widget-props.ts";
import { fieldDetail } from "./field-detail.ts";

/** One field of the records that arrive, with its type. A name that is typed before anything is connected stays. */
export function FieldPickerWidget({ nodeId, spec, value, disabled, control, input, change, leave }: WidgetProps) {
	const fields = input?.fields ?? [];
	const seen = useLastSeen(nodeId);
	const chosen = fields.find((field) => field.name === value);
	const listId = `${control.id}-fields`;
	return (
		<>
			<input
				{...control}
				className="weir-input weir-mono"
				type="text"
				list={listId}
				autoComplete="off"
				spellCheck={false}
				placeholder={spec.meta.placeholder ?? (fields.length > 0 ? "Choose a field" : "field name")}
				disabled={disabled}
				value={typeof value === "string" ? value : ""}
				onChange={(event) => change(event.target.value === "" ? undefined : event.target.value)}
				onBlur={leave}
			/>
			<datalist id={listId}>
				{fields.map((field) => (
					<option key={field.name} value={field.name}>
						{fieldDetail(field, seen)}
					</option>
				))}
			</datalist>
			{chosen !== undefined && (
				<p className="weir-help weir-field-seen" data-testid="field-seen">
					{fieldDetail(chosen, seen)}
				</p>
			)}
		</>
	);
}
