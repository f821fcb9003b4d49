"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const TABS = [
	{ path: "overview", label: "Overview" },
	{ path: "job", label: "Job" },
] as const;

/** The pages about one flow that runs. */
export function FlowTabs({ tenant, flowId }: { readonly tenant: string; readonly flowId: string }) {
	const pathname = usePathname();
	return (
		<nav aria-label="Pages of this flow" className="flex gap-4 border-b border-hairline">
			{TABS.map(({ path, label }) => {
				const href = `/t/${tenant}/flows/${flowId}/${path}`;
				return (
					<Link key={path} href={href} className="w-tab" {...(pathname === href ? { "aria-current": "page" } : {})}>
						{label}
					</Link>
				);
			})}
		</nav>
	);
}
