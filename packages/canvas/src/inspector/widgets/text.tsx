import type { WidgetProps } from "../widget-props.ts";

export function TextWidget({ spec, value, disabled, control, change, leave }: WidgetProps) {
	return (
		<input
			{...control}
			className="weir-input"
			type={spec.meta.secret === true ? "password" : "text"}
			autoComplete="off"
			spellCheck={false}
			placeholder={spec.meta.placeholder}
			disabled={disabled}
			value={typeof value === "string" ? value : ""}
			onChange={(event) =>
				change(event.target.value === "" && spec.isOptional && spec.initial === undefined ? undefined : event.target.value)
			}
			onBlur={leave}
		/>
	);
}
