"use client";

import type { ConnectionField } from "../../client/contract.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { TextAreaField, TextField } from "../../ui/field.tsx";
import { Time } from "../../ui/time.tsx";

interface SecretFieldProps {
	readonly field: ConnectionField;
	readonly fault: string | undefined;
	/** Absent: none is set. */
	readonly state: { readonly version: number; readonly changedAt?: number | undefined } | undefined;
	/** What was typed; null: to be taken away; undefined: left as it is. */
	readonly typed: string | null | undefined;
	onType(typed: string | null | undefined): void;
}

/** A secret goes in and is never shown again: one that is set says so, and is replaced only when somebody types. */
export function SecretField({ field, fault, state, typed, onType }: SecretFieldProps) {
	const { name, title, help, control } = field;
	if (state !== undefined && (typed === undefined || typed === null)) {
		return (
			<div className="flex flex-col gap-1.5">
				<span className="font-medium">{title}</span>
				<div className="flex flex-wrap items-center gap-2">
					{typed === null ? <Chip tone="warn">Taken away when you save</Chip> : <Chip tone="ok">Set</Chip>}
					{typed === undefined ? (
						<span className="text-meta text-muted">
							Version {state.version}
							{state.changedAt === undefined ? null : (
								<>
									, <Time at={state.changedAt} />
								</>
							)}
						</span>
					) : null}
					<span className="flex-1" />
					<Button size="compact" onClick={() => onType("")} aria-label={`Replace ${title}`}>
						Replace
					</Button>
					{typed === null ? (
						<Button size="compact" kind="ghost" onClick={() => onType(undefined)} aria-label={`Keep ${title}`}>
							Keep
						</Button>
					) : (
						<Button size="compact" kind="ghost" onClick={() => onType(null)} aria-label={`Take ${title} away`}>
							Take away
						</Button>
					)}
				</div>
			</div>
		);
	}
	const common = { label: title, name, help, error: fault, autoComplete: "off", spellCheck: false, value: typed ?? "" };
	const aside =
		state === undefined ? undefined : (
			<button type="button" className="rounded-input text-meta text-accent-text underline" onClick={() => onType(undefined)}>
				Keep the one that is set
			</button>
		);
	return control === "long" ? (
		<TextAreaField
			{...common}
			aside={aside}
			rows={4}
			className="font-mono text-meta"
			placeholder="-----BEGIN PRIVATE KEY-----"
			onChange={(event) => onType(event.target.value)}
		/>
	) : (
		<TextField {...common} aside={aside} type="password" autoComplete="new-password" onChange={(event) => onType(event.target.value)} />
	);
}
