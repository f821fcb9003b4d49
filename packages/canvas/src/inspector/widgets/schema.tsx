import { GraduationCapIcon } from "@phosphor-icons/react/dist/csr/GraduationCap";
import { PlusIcon } from "@phosphor-icons/react/dist/csr/Plus";
import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import type { Field, FieldType } from "@weir/records";
import { useState } from "react";
import { useHanded } from "../../editor/handed.ts";
import { plural } from "../../format.ts";
import type { WidgetProps } from "../widget-props.ts";

const TYPES: readonly FieldType[] = ["number", "integer", "boolean", "text", "timestamp", "json"];

/** The fields of the records that come in: typed by hand, or learnt from the last records. */
export function SchemaWidget({ spec, nodeId, value, disabled, control, change, leave }: WidgetProps) {
	const { samples } = useHanded();
	const fields = asFields(value);
	const [said, setSaid] = useState("");
	const put = (at: number, field: Field) => change(fields.map((old, i) => (i === at ? field : old)));
	const learn = async () => {
		if (samples === undefined) return;
		setSaid("Looking at the last records…");
		try {
			const { fields: seen, records } = await samples.ofSource(nodeId);
			if (seen.length === 0) return setSaid("No record has come in yet. Send one, then try again.");
			change([...fields, ...seen.filter((field) => !fields.some((known) => known.name === field.name))]);
			setSaid(`Learnt ${plural(seen.length, "field")} from ${plural(records.length, "record")}.`);
		} catch {
			setSaid("The last records could not be read. Try again in a moment.");
		}
	};
	return (
		<div className="weir-rows">
			{fields.map((field, i) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a field has no other identity while its name is typed
				<div key={i} className="weir-row">
					<input
						className="weir-input weir-mono"
						id={i === 0 ? control.id : undefined}
						aria-label={`Name of field ${i + 1} of ${spec.meta.title}`}
						disabled={disabled}
						value={field.name}
						onChange={(event) => put(i, { ...field, name: event.target.value })}
						onBlur={leave}
					/>
					<select
						className="weir-input"
						aria-label={`Type of field ${field.name || i + 1}`}
						disabled={disabled}
						value={field.type}
						onChange={(event) => put(i, { ...field, type: typeOf(event.target.value) })}
						onBlur={leave}
					>
						{TYPES.map((type) => (
							<option key={type} value={type}>
								{type}
							</option>
						))}
					</select>
					<button
						type="button"
						className="weir-icon-button"
						disabled={disabled}
						aria-label={`Remove field ${field.name || i + 1}`}
						onClick={() => change(fields.filter((_, j) => j !== i))}
					>
						<XIcon size={12} aria-hidden="true" />
					</button>
				</div>
			))}
			{!disabled && (
				<div className="weir-row-actions">
					<button
						type="button"
						className="weir-button ghost"
						id={fields.length === 0 ? control.id : undefined}
						onClick={() => change([...fields, { name: "", type: "number" }])}
					>
						<PlusIcon size={12} aria-hidden="true" /> Add a field
					</button>
					{samples !== undefined && (
						<button type="button" className="weir-button ghost" onClick={() => void learn()}>
							<GraduationCapIcon size={14} aria-hidden="true" /> Learn from last records
						</button>
					)}
				</div>
			)}
			<p className="weir-help" role="status">
				{said}
			</p>
		</div>
	);
}

function asFields(value: unknown): readonly Field[] {
	if (!Array.isArray(value)) return [];
	return value.flatMap((field: unknown) => {
		if (typeof field !== "object" || field === null || !("name" in field) || !("type" in field)) return [];
		return [{ ...field, name: String(field.name), type: typeOf(String(field.type)) }];
	});
}

function typeOf(text: string): FieldType {
	return TYPES.find((type) => type === text) ?? "text";
}
