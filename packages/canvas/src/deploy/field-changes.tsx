import type { ValueText } from "@weir/flow";
import type { ChangeOfField } from "../ports.ts";

/** Settings as they were and as they will be. */
export function FieldChanges({ fields }: { readonly fields: readonly ChangeOfField[] }) {
	return (
		<dl className="weir-field-changes">
			{fields.map(({ label, before, after }) => (
				<div key={label}>
					<dt>{label}</dt>
					<dd>
						<span className="weir-hidden">from </span>
						<Value value={before} />
						<span aria-hidden="true"> → </span>
						<span className="weir-hidden"> to </span>
						<Value value={after} />
					</dd>
				</div>
			))}
		</dl>
	);
}

/** A value in the words of the form. */
export function Value({ value }: { readonly value: ValueText | undefined }) {
	if (value === undefined) return <i>not set</i>;
	return value.isCode ? <code className="weir-mono">{value.text}</code> : <span>{value.text}</span>;
}
