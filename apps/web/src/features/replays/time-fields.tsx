"use client";

import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { zoneName } from "./local-time.ts";

const SPANS = [
	["10 min", 600_000],
	["1 h", 3_600_000],
	["6 h", 21_600_000],
	["24 h", 86_400_000],
] as const;

interface TimeFieldProps {
	readonly label: string;
	readonly text: string;
	readonly help?: string;
	onChange(text: string): void;
}

/** A time of day in the zone of the browser, to the second. */
export function TimeField({ label, text, help, onChange }: TimeFieldProps) {
	return (
		<TextField
			label={label}
			type="datetime-local"
			step={1}
			value={text}
			help={help ?? `Time of receipt, ${zoneName()}.`}
			onChange={(event) => onChange(event.target.value)}
		/>
	);
}

/** Beginnings that people often mean. */
export function SpanButtons({ onPick }: { onPick(ms: number): void }) {
	return (
		<fieldset className="flex flex-wrap items-center gap-1">
			<legend className="sr-only">Begin this long ago</legend>
			<span className="text-muted" aria-hidden="true">
				Last
			</span>
			{SPANS.map(([name, ms]) => (
				<Button key={name} kind="ghost" size="compact" aria-label={`The last ${name}`} onClick={() => onPick(ms)}>
					{name}
				</Button>
			))}
		</fieldset>
	);
}
