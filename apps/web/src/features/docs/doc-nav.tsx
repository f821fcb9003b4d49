"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

interface DocNavProps {
	readonly sections: readonly { readonly title: string; readonly pages: readonly { readonly path: string; readonly title: string }[] }[];
}

export function DocNav({ sections }: DocNavProps) {
	const pathname = usePathname();
	return (
		<nav aria-label="Manual" className="flex flex-col gap-5">
			{sections.map((section) => (
				<div key={section.title}>
					<p className="px-2 pb-1 text-label font-semibold text-muted">{section.title}</p>
					<ul className="flex flex-col gap-0.5">
						{section.pages.map(({ path, title }) => (
							<li key={path}>
								<Link
									href={`/docs/${path}`}
									className="w-nav h-auto! min-h-7 py-1! whitespace-normal!"
									{...(pathname === `/docs/${path}` ? { "aria-current": "page" } : {})}
								>
									{title}
								</Link>
							</li>
						))}
					</ul>
				</div>
			))}
		</nav>
	);
}
