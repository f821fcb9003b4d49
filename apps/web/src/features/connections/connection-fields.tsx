"use client";

import { CaretDownIcon } from "@phosphor-icons/react/dist/csr/CaretDown";
import { CaretRightIcon } from "@phosphor-icons/react/dist/csr/CaretRight";
import { useState } from "react";
import type { ConnectionDetail, ConnectionField, ConnectionKind } from "../../client/contract.ts";
import { CheckField, SelectField, TextAreaField, TextField } from "../../ui/field.tsx";
import { type FormValues, shownFields } from "./form-values.ts";
import { SecretField } from "./secret-field.tsx";

interface ConnectionFieldsProps {
	readonly kind: ConnectionKind;
	readonly values: FormValues;
	readonly faults: Readonly<Record<string, string>>;
	/** Which secrets are set, of a connection that is edited. */
	readonly stored: ConnectionDetail | undefined;
	onChange(values: FormValues): void;
}

/** The fields of a kind, drawn from its schema; seldom ones are folded away. */
export function ConnectionFields({ kind, values, faults, stored, onChange }: ConnectionFieldsProps) {
	const shown = shownFields(kind, values);
	const advanced = shown.filter((field) => field.isAdvanced);
	const [isOpen, setIsOpen] = useState(false);
	const isUnfolded = isOpen || advanced.some(({ name }) => faults[name] !== undefined);
	const draw = (field: ConnectionField) => (
		<Field key={field.name} field={field} values={values} fault={faultOf(faults, field.name)} stored={stored} onChange={onChange} />
	);
	return (
		<>
			{shown.filter((field) => !field.isAdvanced).map(draw)}
			{advanced.length > 0 ? (
				<>
					<button
						type="button"
						aria-expanded={isUnfolded}
						className="flex items-center gap-1 self-start rounded-input text-muted hover:text-text"
						onClick={() => setIsOpen(!isUnfolded)}
					>
						{isUnfolded ? <CaretDownIcon size={12} aria-hidden="true" /> : <CaretRightIcon size={12} aria-hidden="true" />}
						More settings
					</button>
					{isUnfolded ? advanced.map(draw) : null}
				</>
			) : null}
		</>
	);
}

/** A fault may stand at a part of the field: `headers.X-Plant`. */
function faultOf(faults: Readonly<Record<string, string>>, name: string): string | undefined {
	return faults[name] ?? Object.entries(faults).find(([path]) => path.startsWith(`${name}.`))?.[1];
}

interface FieldProps extends Pick<ConnectionFieldsProps, "values" | "stored" | "onChange"> {
	readonly field: ConnectionField;
	readonly fault: string | undefined;
}

function Field({ field, values, fault, stored, onChange }: FieldProps) {
	const { name, title, help, placeholder, control } = field;
	const value = values.fields[name] ?? "";
	const set = (next: string | boolean) => onChange({ ...values, fields: { ...values.fields, [name]: next } });
	const common = { label: title, name, help, error: fault };
	if (field.isSecret) {
		return (
			<SecretField
				field={field}
				fault={fault}
				state={stored?.secrets[name]}
				typed={values.secrets[name]}
				onType={(typed) => {
					const { [name]: _before, ...others } = values.secrets;
					onChange({ ...values, secrets: typed === undefined ? others : { ...others, [name]: typed } });
				}}
			/>
		);
	}
	if (control === "switch") {
		return <CheckField label={title} name={name} help={help} checked={value === true} onChange={(event) => set(event.target.checked)} />;
	}
	if (control === "select") {
		return (
			<SelectField {...common} value={String(value)} onChange={(event) => set(event.target.value)}>
				{field.options.map((option) => (
					<option key={option}>{option}</option>
				))}
			</SelectField>
		);
	}
	if (control === "long" || control === "key-value") {
		const isLines = control === "key-value";
		return (
			<TextAreaField
				{...common}
				help={isLines ? `One a line, as Name: value. ${help ?? ""}` : help}
				rows={isLines ? 3 : 4}
				spellCheck={false}
				className="font-mono text-meta"
				placeholder={placeholder ?? (isLines ? "X-Plant: north" : "-----BEGIN CERTIFICATE-----")}
				value={String(value)}
				onChange={(event) => set(event.target.value)}
			/>
		);
	}
	return (
		<TextField
			{...common}
			placeholder={placeholder}
			autoComplete="off"
			spellCheck={false}
			aria-required={field.isRequired || undefined}
			{...(control === "number" ? { inputMode: "numeric" as const } : {})}
			value={String(value)}
			onChange={(event) => set(event.target.value)}
		/>
	);
}
