import { useState } from "react";
import type { WidgetProps } from "../widget-props.ts";

/** A number with its unit. What is typed stays as typed; what is no number is kept as text, so that the check can say so. */
export function NumberWidget({ spec, value, disabled, control, change, leave }: WidgetProps) {
	const [typed, setTyped] = useState<string | undefined>(undefined);
	const shown = typed ?? (value === undefined || value === null ? "" : String(value));
	return (
		<span className="weir-with-unit">
			<input
				{...control}
				className="weir-input"
				type="number"
				inputMode="decimal"
				step={spec.isWhole ? 1 : "any"}
				min={spec.min}
				max={spec.max}
				placeholder={spec.meta.placeholder}
				disabled={disabled}
				value={shown}
				onChange={(event) => {
					setTyped(event.target.value);
					change(event.target.value === "" ? undefined : event.target.valueAsNumber);
				}}
				onBlur={() => {
					setTyped(undefined);
					leave();
				}}
			/>
			{spec.meta.unit !== undefined && <span className="weir-unit">{spec.meta.unit}</span>}
		</span>
	);
}
