import { useEffect, useState } from "react";
import { useHanded } from "../../editor/handed.ts";
import { plural } from "../../format.ts";
import type { TopicMatches } from "../../ports.ts";
import type { WidgetProps } from "../widget-props.ts";

/** Not a question per letter. */
const ASK_AFTER_MS = 300;
const ASK_AGAIN_MS = 5_000;

/** An MQTT topic filter, with what it means beside it. */
export function TopicWidget({ spec, value, disabled, control, change, leave }: WidgetProps) {
	const text = typeof value === "string" ? value : "";
	const matches = useTopicMatches(text);
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
			{text !== "" && (
				<p className="weir-help">
					{explainTopic(text)}
					{matches !== undefined && <span data-testid="topic-matches"> {matchesText(matches)}</span>}
				</p>
			)}
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

/** How much the filter takes at this moment; undefined where nobody knows. */
function useTopicMatches(filter: string): TopicMatches | undefined {
	const { samples } = useHanded();
	const [matches, setMatches] = useState<TopicMatches | undefined>(undefined);
	useEffect(() => {
		setMatches(undefined);
		if (samples?.topicMatches === undefined || filter === "") return;
		let timer: ReturnType<typeof setTimeout> | undefined;
		let gone = false;
		const look = async () => {
			const found = await samples.topicMatches?.(filter).catch(() => undefined);
			if (gone) return;
			setMatches(found);
			timer = setTimeout(() => void look(), ASK_AGAIN_MS);
		};
		timer = setTimeout(() => void look(), ASK_AFTER_MS);
		return () => {
			gone = true;
			clearTimeout(timer);
		};
	}, [samples, filter]);
	return matches;
}

function matchesText({ topics, seen }: TopicMatches): string {
	if (seen === 0) return "No device has published to any topic in the last 24 hours.";
	return `${topics} of ${plural(seen, "topic")} seen in the last 24 hours ${topics === 1 ? "matches" : "match"}.`;
}
