import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { useState } from "react";
import { useLastSeen } from "../use-last-seen.ts";
import type { WidgetProps } from "../widget-props.ts";
import { fieldDetail } from "./field-detail.ts";

/** Several fields in order, as chips. */
export function FieldsPickerWidget({ nodeId, spec, value, disabled, control, input, change, leave }: WidgetProps) {
	const [text, setText] = useState("");
	const chosen = Array.isArray(value) ? value.filter((name): name is string => typeof name === "string") : [];
	const offered = (input?.fields ?? []).filter((field) => !chosen.includes(field.name));
	const seen = useLastSeen(nodeId);
	const listId = `${control.id}-fields`;
	const detailOf = (name: string) => {
		const field = input?.fields.find((one) => one.name === name);
		return field && fieldDetail(field, seen);
	};
	const add = (name: string) => {
		const trimmed = name.trim();
		if (trimmed !== "" && !chosen.includes(trimmed)) change([...chosen, trimmed]);
		setText("");
	};
	return (
		<div className="weir-chips">
			{chosen.map((name) => (
				<span key={name} className="weir-chip weir-mono" title={detailOf(name)}>
					{name}
					{!disabled && (
						<button
							type="button"
							className="weir-icon-button small"
							aria-label={`Remove ${name} from ${spec.meta.title}`}
							onClick={() => change(chosen.filter((other) => other !== name))}
						>
							<XIcon size={10} aria-hidden="true" />
						</button>
					)}
				</span>
			))}
			<input
				{...control}
				className="weir-input weir-mono"
				type="text"
				list={listId}
				autoComplete="off"
				spellCheck={false}
				placeholder={spec.meta.placeholder ?? "Add a field"}
				disabled={disabled}
				value={text}
				onChange={(event) => {
					if (offered.some((field) => field.name === event.target.value)) add(event.target.value);
					else setText(event.target.value);
				}}
				onKeyDown={(event) => {
					if (event.key === "Enter" || event.key === ",") {
						event.preventDefault();
						add(text);
					} else if (event.key === "Backspace" && text === "" && chosen.length > 0) change(chosen.slice(0, -1));
				}}
				onBlur={() => {
					add(text);
					leave();
				}}
			/>
			<datalist id={listId}>
				{offered.map((field) => (
					<option key={field.name} value={field.name}>
						{fieldDetail(field, seen)}
					</option>
				))}
			</datalist>
		</div>
	);
}
