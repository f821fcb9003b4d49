import type { WidgetProps } from "../widget-props.ts";

export function SwitchWidget({ value, disabled, control, change, leave }: WidgetProps) {
	return (
		<button
			id={control.id}
			aria-describedby={control["aria-describedby"]}
			type="button"
			role="switch"
			className="weir-switch"
			aria-checked={value === true}
			aria-labelledby={`${control.id}-label`}
			disabled={disabled}
			onClick={() => change(value !== true)}
			onBlur={leave}
		>
			<span />
		</button>
	);
}
