"use client";

import { Tabs as Base } from "@cloudflare/kumo/primitives/tabs";
import type { ReactNode } from "react";

interface TabsProps<T extends string> {
	readonly label: string;
	readonly value: T;
	onChange(value: T): void;
	readonly tabs: readonly { readonly value: T; readonly label: ReactNode; readonly content: ReactNode }[];
	readonly className?: string;
}

/** Underlined tabs; arrows move between them. */
export function Tabs<T extends string>({ label, value, onChange, tabs, className }: TabsProps<T>) {
	return (
		<Base.Root value={value} onValueChange={(next: T) => onChange(next)} className={className}>
			<Base.List className="flex gap-4 overflow-x-auto border-b border-hairline" aria-label={label}>
				{tabs.map((tab) => (
					<Base.Tab key={tab.value} value={tab.value} className="w-tab">
						{tab.label}
					</Base.Tab>
				))}
			</Base.List>
			{tabs.map((tab) => (
				<Base.Panel key={tab.value} value={tab.value} className="pt-4 outline-offset-4">
					{tab.content}
				</Base.Panel>
			))}
		</Base.Root>
	);
}
