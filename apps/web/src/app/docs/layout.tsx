import Link from "next/link";
import type { ReactNode } from "react";
import { DocNav } from "../../features/docs/doc-nav.tsx";
import { docShelf } from "../../features/docs/shelf.ts";
import { Logo } from "../../shell/logo.tsx";
import { ThemeSwitch } from "../../shell/theme-switch.tsx";

export default async function DocsLayout({ children }: { readonly children: ReactNode }) {
	const sections = (await docShelf()).map(({ title, pages }) => ({
		title,
		pages: pages.map(({ path, title: name }) => ({ path, title: name })),
	}));
	return (
		<div className="min-h-dvh bg-surface">
			<a href="#content" className="w-button w-skip" data-kind="primary">
				Skip to content
			</a>
			<header className="sticky top-0 z-10 flex h-12 items-center justify-between border-b border-hairline bg-surface px-4">
				<div className="flex items-center gap-3">
					<Link href="/" className="rounded-input" aria-label="Weir, to your flows">
						<Logo />
					</Link>
					<Link href="/docs" className="rounded-input text-muted hover:text-text">
						Manual
					</Link>
				</div>
				<ThemeSwitch />
			</header>
			<div className="mx-auto flex max-w-300 flex-col md:flex-row">
				<div className="w-full shrink-0 border-b border-hairline p-3 md:sticky md:top-12 md:h-[calc(100dvh-48px)] md:w-60 md:overflow-y-auto md:border-r md:border-b-0">
					<DocNav sections={sections} />
				</div>
				<main id="content" tabIndex={-1} className="min-w-0 flex-1 px-6 py-8 outline-none md:px-12">
					{children}
				</main>
			</div>
		</div>
	);
}
