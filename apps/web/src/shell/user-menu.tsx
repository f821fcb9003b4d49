"use client";

import { SignOutIcon } from "@phosphor-icons/react/dist/csr/SignOut";
import { useQueryClient } from "@tanstack/react-query";
import { useMe, useMembership } from "../client/me.ts";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu.tsx";

function initialsOf(name: string): string {
	const words = name.trim().split(/\s+/);
	return ((words[0]?.[0] ?? "?") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase();
}

export function UserMenu() {
	const me = useMe().data;
	const membership = useMembership();
	const cache = useQueryClient();

	async function leave() {
		const { signOut } = await import("next-auth/react");
		await signOut({ redirect: false });
		cache.clear();
		window.location.assign("/sign-in");
	}

	const name = me?.user.name ?? "";
	return (
		<Menu
			label={name ? `Your menu: ${name}` : "Your menu"}
			isIconOnly
			trigger={
				<span
					className="flex size-6 items-center justify-center rounded-chip bg-accent-soft text-label font-semibold text-accent-text"
					aria-hidden="true"
				>
					{initialsOf(name)}
				</span>
			}
		>
			<div className="px-2.5 py-1.5">
				<p className="font-medium">{name}</p>
				<p className="text-meta text-muted">{me?.user.email}</p>
				{membership ? <p className="mt-0.5 text-meta text-muted">Your role here: {membership.role}</p> : null}
			</div>
			<MenuSeparator />
			<MenuItem icon={<SignOutIcon size={16} aria-hidden="true" />} onSelect={leave}>
				Sign out
			</MenuItem>
		</Menu>
	);
}
