"use client";

import { Menu as Base } from "@cloudflare/kumo/primitives/menu";
import { CheckIcon } from "@phosphor-icons/react/dist/csr/Check";
import Link from "next/link";
import type { ReactNode } from "react";

interface MenuProps {
	/** What the button is called for a screen reader. */
	readonly label: string;
	readonly trigger: ReactNode;
	readonly children: ReactNode;
	readonly isIconOnly?: boolean;
	readonly kind?: "primary" | "secondary" | "ghost";
	readonly size?: "default" | "compact";
	readonly align?: "start" | "end";
	readonly className?: string;
}

/** A button with a list of things to do; arrows, letters, Enter and Esc work. */
export function Menu({ label, trigger, children, isIconOnly, kind = "ghost", size = "default", align = "end", className }: MenuProps) {
	return (
		<Base.Root>
			<Base.Trigger
				className={`w-button ${className ?? ""}`}
				data-kind={kind}
				data-size={size}
				aria-label={label}
				{...(isIconOnly ? { "data-icon-only": "", title: label } : {})}
			>
				{trigger}
			</Base.Trigger>
			<Base.Portal>
				<Base.Positioner sideOffset={4} align={align} className="z-50 outline-none">
					<Base.Popup className="w-popup max-h-[min(480px,var(--available-height))] min-w-48 overflow-y-auto p-1">{children}</Base.Popup>
				</Base.Positioner>
			</Base.Portal>
		</Base.Root>
	);
}

interface MenuItemProps {
	readonly children: ReactNode;
	readonly icon?: ReactNode;
	readonly onSelect?: () => void;
	readonly href?: string;
	readonly isDisabled?: boolean;
	readonly isDanger?: boolean;
}

export function MenuItem({ children, icon, onSelect, href, isDisabled, isDanger }: MenuItemProps) {
	return (
		<Base.Item
			className={`w-menu-item ${isDanger ? "text-error-text!" : ""}`}
			disabled={isDisabled ?? false}
			{...(onSelect ? { onClick: onSelect } : {})}
			{...(href ? { render: <Link href={href} /> } : {})}
		>
			{icon}
			<span className="min-w-0 flex-1">{children}</span>
		</Base.Item>
	);
}

export function MenuSeparator() {
	return <Base.Separator className="my-1 h-px bg-hairline" />;
}

export function MenuHeading({ children }: { readonly children: ReactNode }) {
	return <div className="px-2.5 pt-1.5 pb-1 text-label font-semibold text-muted">{children}</div>;
}

interface MenuRadioProps<T extends string> {
	readonly value: T;
	readonly options: readonly { readonly value: T; readonly label: string; readonly detail?: string }[];
	onChange(value: T): void;
}

export function MenuRadio<T extends string>({ value, options, onChange }: MenuRadioProps<T>) {
	return (
		<Base.RadioGroup value={value} onValueChange={(next: T) => onChange(next)}>
			{options.map((option) => (
				<Base.RadioItem key={option.value} value={option.value} className="w-menu-item" closeOnClick>
					<span className="flex w-4 shrink-0 justify-center">
						<Base.RadioItemIndicator>
							<CheckIcon size={14} weight="bold" aria-hidden="true" />
						</Base.RadioItemIndicator>
					</span>
					<span className="min-w-0 flex-1 truncate">{option.label}</span>
					{option.detail ? <span className="text-meta text-muted">{option.detail}</span> : null}
				</Base.RadioItem>
			))}
		</Base.RadioGroup>
	);
}
