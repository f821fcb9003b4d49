import type { WidgetProps } from "../widget-props.ts";

export function SwitchWidget({ value, disabled, control, change, leave }: WidgetProps) {
	return (
		<button
			{...control}
			type="button"
			role="switch"
			className="weir-switch"
			aria-checked={value === true}
			aria-required={undefined}
			aria-labelledby={`${control.id}-label`}
			disabled={disabled}
			onClick={() => change(value !== true)}
			onBlur={leave}
		>
			<span />
		</button>
	);
}
