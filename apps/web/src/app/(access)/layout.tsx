import type { ReactNode } from "react";
import { Logo } from "../../shell/logo.tsx";
import { ThemeSwitch } from "../../shell/theme-switch.tsx";

export default function AccessLayout({ children }: { readonly children: ReactNode }) {
	return (
		<div className="flex min-h-dvh flex-col">
			<header className="flex h-12 items-center justify-between px-4">
				<Logo />
				<ThemeSwitch />
			</header>
			<main className="flex flex-1 items-start justify-center px-4 pt-[10vh] pb-12">{children}</main>
		</div>
	);
}
