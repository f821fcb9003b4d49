"use client";

import { useId } from "react";
import type { Durability, Storage } from "../../client/contract.ts";
import { CLASS_TITLES, classMeans } from "./storage-words.ts";

interface DurabilityChoiceProps {
	readonly storage: Storage;
	/** Empty: left to the installation. */
	readonly value: Durability | "";
	readonly isDisabled: boolean;
	onChange(value: Durability | ""): void;
}

/** The classes with what each promises and costs; those that the log does not offer say why. */
export function DurabilityChoice({ storage, value, isDisabled, onChange }: DurabilityChoiceProps) {
	const name = useId();
	const { usual, classes } = storage.durability;
	return (
		<fieldset className="flex flex-col gap-2">
			<legend className="mb-2 font-medium">When a device is answered, its record is</legend>
			<Choice
				name={name}
				title="As the installation does it"
				means={usual === undefined ? "The log does not answer." : `${CLASS_TITLES[usual]} today.`}
				isChecked={value === ""}
				isDisabled={isDisabled}
				onChoose={() => onChange("")}
			/>
			{classes.map((one) => (
				<Choice
					key={one.name}
					name={name}
					title={CLASS_TITLES[one.name]}
					means={classMeans(one.name, storage.log)}
					refused={one.refused}
					isChecked={value === one.name}
					isDisabled={isDisabled || one.refused !== undefined || storage.log === undefined}
					onChoose={() => onChange(one.name)}
				/>
			))}
		</fieldset>
	);
}

interface ChoiceProps {
	readonly name: string;
	readonly title: string;
	readonly means: string;
	readonly refused?: string | undefined;
	readonly isChecked: boolean;
	readonly isDisabled: boolean;
	onChoose(): void;
}

function Choice({ name, title, means, refused, isChecked, isDisabled, onChoose }: ChoiceProps) {
	const id = useId();
	return (
		<div className="flex items-start gap-2">
			<input
				id={id}
				type="radio"
				name={name}
				className="mt-0.5 size-4 accent-accent"
				checked={isChecked}
				disabled={isDisabled}
				onChange={onChoose}
				aria-describedby={`${id}-means`}
			/>
			<div>
				<label htmlFor={id} className="font-medium">
					{title}
				</label>
				<p id={`${id}-means`} className="text-meta text-muted">
					{refused === undefined ? means : `Not here: ${refused}`}
				</p>
			</div>
		</div>
	);
}
