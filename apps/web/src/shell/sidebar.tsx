"use client";

import { BookOpenIcon } from "@phosphor-icons/react/dist/csr/BookOpen";
import { CpuIcon } from "@phosphor-icons/react/dist/csr/Cpu";
import { FlowArrowIcon } from "@phosphor-icons/react/dist/csr/FlowArrow";
import { PlugsIcon } from "@phosphor-icons/react/dist/csr/Plugs";
import { SidebarSimpleIcon } from "@phosphor-icons/react/dist/csr/SidebarSimple";
import { TrayIcon } from "@phosphor-icons/react/dist/csr/Tray";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { TenantSwitcher } from "./tenant-switcher.tsx";

const SECTIONS = [
	{
		title: "Build",
		entries: [
			{ path: "flows", label: "Flows", icon: FlowArrowIcon },
			{ path: "connections", label: "Connections", icon: PlugsIcon },
		],
	},
	{ title: "Data", entries: [{ path: "devices", label: "Devices & endpoints", icon: CpuIcon }] },
	{ title: "Operate", entries: [{ path: "dead-letters", label: "Dead letters", icon: TrayIcon }] },
] as const;

/** Kept on <html>, so that a script before the first paint can restore it. */
function toggleSidebar(): void {
	const root = document.documentElement;
	const next = root.dataset.sidebar === "collapsed" ? "open" : "collapsed";
	root.dataset.sidebar = next;
	try {
		localStorage.setItem("weir-sidebar", next);
	} catch {
		// Without storage the choice holds until the page is left.
	}
}

export function Sidebar({ tenant }: { readonly tenant: string }) {
	const pathname = usePathname();
	const base = `/t/${tenant}`;
	return (
		<aside className="w-sidebar" aria-label="Main menu">
			<div className="flex h-12 items-center border-b border-hairline px-2">
				<TenantSwitcher />
			</div>
			<nav aria-label="Pages of this tenant" className="flex min-h-0 flex-1 flex-col gap-4 overflow-x-hidden overflow-y-auto px-3 py-3">
				{SECTIONS.map((section) => (
					<div key={section.title}>
						<p className="w-sidebar-words px-2 pb-1 text-label font-semibold text-muted">{section.title}</p>
						<ul className="flex flex-col gap-0.5">
							{section.entries.map(({ path, label, icon: Icon }) => {
								const href = `${base}/${path}`;
								const isCurrent = pathname === href || pathname.startsWith(`${href}/`);
								return (
									<li key={path}>
										<Link href={href} className="w-nav" title={label} {...(isCurrent ? { "aria-current": "page" } : {})}>
											<Icon size={16} className="shrink-0" weight={isCurrent ? "fill" : "regular"} aria-hidden="true" />
											<span className="w-sidebar-words">{label}</span>
										</Link>
									</li>
								);
							})}
						</ul>
					</div>
				))}
			</nav>
			<div className="flex flex-col gap-0.5 border-t border-hairline px-3 py-2">
				<Link href="/docs" className="w-nav" title="Manual">
					<BookOpenIcon size={16} className="shrink-0" aria-hidden="true" />
					<span className="w-sidebar-words">Manual</span>
				</Link>
				<button type="button" className="w-nav w-sidebar-toggle w-full text-left" onClick={toggleSidebar} title="Fold or unfold the menu">
					<SidebarSimpleIcon size={16} className="shrink-0" aria-hidden="true" />
					<span className="w-sidebar-words">Fold menu</span>
				</button>
			</div>
		</aside>
	);
}
