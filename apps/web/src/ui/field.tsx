"use client";

import { XCircleIcon } from "@phosphor-icons/react/dist/csr/XCircle";
import { type ComponentProps, type ReactNode, useId } from "react";

interface FieldShell {
	readonly label: string;
	readonly help?: ReactNode;
	readonly error?: string | undefined;
	/** Beside the label, at the right: a link, a count. */
	readonly aside?: ReactNode;
}

function Shell({ id, label, help, error, aside, children }: FieldShell & { readonly id: string; readonly children: ReactNode }) {
	return (
		<div className="flex flex-col gap-1.5">
			<div className="flex items-baseline justify-between gap-2">
				<label htmlFor={id} className="font-medium">
					{label}
				</label>
				{aside}
			</div>
			{children}
			{error ? (
				<p id={`${id}-error`} className="flex items-start gap-1 text-meta text-error-text">
					<XCircleIcon size={14} className="mt-px shrink-0" aria-hidden="true" />
					{error}
				</p>
			) : help ? (
				<p id={`${id}-help`} className="text-meta text-muted">
					{help}
				</p>
			) : null}
		</div>
	);
}

function describedBy(id: string, { help, error }: { help?: ReactNode; error?: string | undefined }) {
	return error ? { "aria-invalid": true, "aria-describedby": `${id}-error` } : help ? { "aria-describedby": `${id}-help` } : {};
}

/** A text input with its label, its help or its error, tied together for screen readers. */
export function TextField({ label, help, error, aside, className, ...input }: FieldShell & ComponentProps<"input">) {
	const id = useId();
	return (
		<Shell id={id} label={label} help={help} error={error} aside={aside}>
			<input {...input} id={id} className={`w-input ${className ?? ""}`} {...describedBy(id, { help, error })} />
		</Shell>
	);
}

/** Several lines of text: certificates, headers. */
export function TextAreaField({ label, help, error, aside, className, ...area }: FieldShell & ComponentProps<"textarea">) {
	const id = useId();
	return (
		<Shell id={id} label={label} help={help} error={error} aside={aside}>
			<textarea {...area} id={id} className={`w-input h-auto! py-1.5 ${className ?? ""}`} {...describedBy(id, { help, error })} />
		</Shell>
	);
}

/** A native select: the system's own list is quick, touchable and known to every screen reader. */
export function SelectField({ label, help, error, aside, className, children, ...select }: FieldShell & ComponentProps<"select">) {
	const id = useId();
	return (
		<Shell id={id} label={label} help={help} error={error} aside={aside}>
			<select {...select} id={id} className={`w-input ${className ?? ""}`} {...describedBy(id, { help, error })}>
				{children}
			</select>
		</Shell>
	);
}

/** A tick box with its sentence beside it. */
export function CheckField({ label, help, ...input }: Pick<FieldShell, "label" | "help"> & ComponentProps<"input">) {
	const id = useId();
	return (
		<div className="flex items-start gap-2">
			<input
				{...input}
				id={id}
				type="checkbox"
				className="mt-0.5 size-4 accent-accent"
				{...(help ? { "aria-describedby": `${id}-help` } : {})}
			/>
			<div>
				<label htmlFor={id} className="font-medium">
					{label}
				</label>
				{help ? (
					<p id={`${id}-help`} className="text-meta text-muted">
						{help}
					</p>
				) : null}
			</div>
		</div>
	);
}
