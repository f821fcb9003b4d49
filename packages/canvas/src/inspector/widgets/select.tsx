import type { WidgetProps } from "../widget-props.ts";

export function SelectWidget({ spec, value, disabled, control, change, leave }: WidgetProps) {
	return (
		<select
			{...control}
			className="weir-input"
			disabled={disabled}
			value={typeof value === "string" ? value : ""}
			onChange={(event) => change(event.target.value)}
			onBlur={leave}
		>
			{!spec.options.includes(String(value)) && <option value="">Choose…</option>}
			{spec.options.map((option) => (
				<option key={option} value={option}>
					{option}
				</option>
			))}
		</select>
	);
}
