"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useFlow } from "../client/flows.ts";
import { useMembership, useTenantSlug } from "../client/me.ts";
import { ThemeSwitch } from "./theme-switch.tsx";
import { UserMenu } from "./user-menu.tsx";

const PAGES: Readonly<Record<string, string>> = {
	flows: "Flows",
	connections: "Connections",
	devices: "Devices & endpoints",
	"dead-letters": "Dead letters",
};

const FLOW_PAGES: Readonly<Record<string, string>> = { overview: "Overview", job: "Job" };

function FlowCrumbs({ tenant, flowId, page }: { readonly tenant: string; readonly flowId: string; readonly page: string }) {
	const flow = useFlow(tenant, flowId).data;
	return (
		<>
			<li>
				<Link href={`/t/${tenant}/flows/${flowId}`} className="rounded-input text-muted hover:text-text">
					{flow?.name ?? "Flow"}
				</Link>
			</li>
			<li aria-hidden="true" className="text-muted">
				/
			</li>
			<li className="font-semibold" aria-current="page">
				{FLOW_PAGES[page] ?? ""}
			</li>
		</>
	);
}

export function Header() {
	const tenant = useTenantSlug();
	const [, , , page = "", id, part = ""] = usePathname().split("/");
	const title = PAGES[page] ?? "";
	const tenantName = useMembership()?.tenant.name ?? tenant;
	return (
		<header className="flex h-12 shrink-0 items-center justify-between gap-4 border-b border-hairline bg-surface px-6">
			<nav aria-label="Where you are" className="min-w-0">
				<ol className="flex min-w-0 items-center gap-2 whitespace-nowrap">
					{id ? (
						<>
							<li>
								<Link href={`/t/${tenant}/${page}`} className="rounded-input text-muted hover:text-text">
									{title}
								</Link>
							</li>
							<li aria-hidden="true" className="text-muted">
								/
							</li>
							{page === "flows" ? (
								<FlowCrumbs tenant={tenant} flowId={id} page={part} />
							) : (
								<li className="font-semibold" aria-current="page">
									{decodeURIComponent(id)}
								</li>
							)}
						</>
					) : (
						<>
							<li className="hidden truncate text-muted sm:block">{tenantName}</li>
							<li aria-hidden="true" className="hidden text-muted sm:block">
								/
							</li>
							<li className="truncate font-semibold" aria-current="page">
								{title}
							</li>
						</>
					)}
				</ol>
			</nav>
			<div className="flex items-center gap-1">
				<ThemeSwitch />
				<UserMenu />
			</div>
		</header>
	);
}
