import type { WidgetProps } from "../widget-props.ts";

/** One field of the records that arrive, with its type. A name that is typed before anything is connected stays. */
export function FieldPickerWidget({ spec, value, disabled, control, input, change, leave }: WidgetProps) {
	const fields = input?.fields ?? [];
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
						{field.type}
					</option>
				))}
			</datalist>
		</>
	);
}
