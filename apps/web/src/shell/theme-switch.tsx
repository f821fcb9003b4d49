"use client";

import { DesktopIcon } from "@phosphor-icons/react/dist/csr/Desktop";
import { MoonIcon } from "@phosphor-icons/react/dist/csr/Moon";
import { SunIcon } from "@phosphor-icons/react/dist/csr/Sun";
import { useEffect, useState } from "react";
import { Menu, MenuRadio } from "../ui/menu.tsx";
import { applyTheme, readTheme, type ThemeChoice } from "../ui/theme.ts";

const CHOICES = [
	{ value: "system", label: "Like the system", icon: DesktopIcon },
	{ value: "light", label: "Light", icon: SunIcon },
	{ value: "dark", label: "Dark", icon: MoonIcon },
] as const;

export function ThemeSwitch() {
	const [choice, setChoice] = useState<ThemeChoice>("system");
	useEffect(() => setChoice(readTheme()), []);
	const current = CHOICES.find(({ value }) => value === choice) ?? CHOICES[0];
	const Icon = current.icon;

	return (
		<Menu label={`Theme: ${current.label}`} trigger={<Icon size={16} aria-hidden="true" />} isIconOnly>
			<MenuRadio
				value={choice}
				options={CHOICES.map(({ value, label }) => ({ value, label }))}
				onChange={(next) => {
					applyTheme(next);
					setChoice(next);
				}}
			/>
		</Menu>
	);
}
