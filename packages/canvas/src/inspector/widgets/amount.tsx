import { formatDuration, formatSize, parseDuration, parseSize } from "@weir/records";
import { useState } from "react";
import type { WidgetProps } from "../widget-props.ts";

interface AmountProps extends WidgetProps {
	readonly example: string;
	format(amount: number): string;
	parse(text: string): number | undefined;
}

/** A number that people read and type with its unit. Text that is no amount stays in the box with a sentence, and the config keeps its value. */
function AmountWidget({ spec, value, disabled, control, change, leave, example, format, parse }: AmountProps) {
	const [typed, setTyped] = useState<string | undefined>(undefined);
	const isUnreadable = typed !== undefined && typed.trim() !== "" && parse(typed) === undefined;
	return (
		<>
			<input
				{...control}
				className="weir-input"
				type="text"
				autoComplete="off"
				aria-invalid={control["aria-invalid"] ?? (isUnreadable || undefined)}
				placeholder={spec.meta.placeholder ?? example}
				disabled={disabled}
				value={typed ?? (typeof value === "number" ? format(value) : "")}
				onChange={(event) => {
					setTyped(event.target.value);
					const amount = parse(event.target.value);
					if (amount !== undefined) change(amount);
					else if (event.target.value.trim() === "") change(undefined);
				}}
				onBlur={() => {
					if (!isUnreadable) setTyped(undefined);
					leave();
				}}
			/>
			{isUnreadable && (
				<p className="weir-field-error" data-severity="error" role="status">
					“{typed}” has no unit that is known here. Write it like “{example}”.
				</p>
			)}
		</>
	);
}

export function DurationWidget(props: WidgetProps) {
	return <AmountWidget {...props} example="30 s" format={formatDuration} parse={parseDuration} />;
}

export function BytesWidget(props: WidgetProps) {
	return <AmountWidget {...props} example="64 kB" format={formatSize} parse={parseSize} />;
}
