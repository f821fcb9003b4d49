"use client";

import { CaretUpDownIcon } from "@phosphor-icons/react/dist/csr/CaretUpDown";
import { CheckIcon } from "@phosphor-icons/react/dist/csr/Check";
import { useRouter } from "next/navigation";
import { useMe, useTenantSlug } from "../client/me.ts";
import { Menu, MenuHeading, MenuItem } from "../ui/menu.tsx";

/** A square with the tenant's first letter, so that one never works in the wrong tenant unawares. */
function Initial({ name }: { readonly name: string }) {
	return (
		<span
			className="flex size-6 shrink-0 items-center justify-center rounded-input bg-text text-meta font-semibold text-surface"
			aria-hidden="true"
		>
			{name.slice(0, 1).toUpperCase()}
		</span>
	);
}

export function TenantSwitcher({ isInHeader = false }: { readonly isInHeader?: boolean }) {
	const router = useRouter();
	const slug = useTenantSlug();
	const memberships = useMe().data?.memberships ?? [];
	const current = memberships.find(({ tenant }) => tenant.slug === slug);
	const name = current?.tenant.name ?? slug;

	return (
		<Menu
			label={`Tenant: ${name}`}
			align="start"
			className={isInHeader ? "px-2!" : "w-tenant"}
			trigger={
				<>
					{isInHeader ? null : <Initial name={name} />}
					<span className={`min-w-0 flex-1 truncate text-left font-semibold ${isInHeader ? "max-w-50" : "w-sidebar-words"}`}>{name}</span>
					<CaretUpDownIcon size={14} className={`shrink-0 text-muted ${isInHeader ? "" : "w-sidebar-words"}`} aria-hidden="true" />
				</>
			}
		>
			<MenuHeading>Your tenants</MenuHeading>
			{memberships.map(({ tenant, role }) => (
				<MenuItem
					key={tenant.slug}
					icon={<Initial name={tenant.name} />}
					onSelect={() => {
						// Pages of one flow do not exist in another tenant; its list does.
						router.push(`/t/${tenant.slug}/flows`);
					}}
				>
					<span className="flex items-center gap-3">
						<span className="min-w-0 flex-1">
							<span className="block truncate font-medium">{tenant.name}</span>
							<span className="block text-meta text-muted">{role}</span>
						</span>
						{tenant.slug === slug ? <CheckIcon size={14} weight="bold" aria-label="current" role="img" /> : null}
					</span>
				</MenuItem>
			))}
		</Menu>
	);
}
