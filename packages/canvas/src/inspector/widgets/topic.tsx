import type { WidgetProps } from "../widget-props.ts";

/** An MQTT topic filter, with what it means beside it. */
export function TopicWidget({ spec, value, disabled, control, change, leave }: WidgetProps) {
	const text = typeof value === "string" ? value : "";
	return (
		<>
			<input
				{...control}
				className="weir-input weir-mono"
				type="text"
				autoComplete="off"
				spellCheck={false}
				placeholder={spec.meta.placeholder ?? "sensors/+/temperature"}
				disabled={disabled}
				value={text}
				onChange={(event) => change(event.target.value)}
				onBlur={leave}
			/>
			{text !== "" && <p className="weir-help">{explainTopic(text)}</p>}
		</>
	);
}

/** "Takes alarms/⟨anything⟩/on and everything below". */
export function explainTopic(filter: string): string {
	const levels = filter.split("/");
	const rest = levels.at(-1) === "#";
	const shown = (rest ? levels.slice(0, -1) : levels).map((level) => (level === "+" ? "⟨anything⟩" : level)).join("/");
	if (rest && shown === "") return "Takes every topic.";
	return `Takes ${shown}${rest ? " and everything below it" : ""}.`;
}
