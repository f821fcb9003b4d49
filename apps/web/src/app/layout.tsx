import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { THEME_SCRIPT } from "../ui/theme.ts";
import { Providers } from "./providers.tsx";

export const metadata: Metadata = {
	title: { default: "Weir", template: "%s · Weir" },
	description: "Draw flows for IoT streams, deploy them, and trust every record.",
};

export const viewport: Viewport = { colorScheme: "light dark", width: "device-width", initialScale: 1 };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
	const nonce = (await headers()).get("x-nonce") ?? undefined;
	return (
		<html lang="en" suppressHydrationWarning>
			<head>
				{/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant, which must run before the first paint */}
				<script nonce={nonce} dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} suppressHydrationWarning />
			</head>
			<body>
				<Providers>{children}</Providers>
			</body>
		</html>
	);
}
