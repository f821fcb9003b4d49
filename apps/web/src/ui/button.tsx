"use client";

import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { Spinner } from "./spinner.tsx";

interface Look {
	readonly kind?: "primary" | "secondary" | "ghost" | "danger";
	readonly size?: "default" | "compact";
	/** Drawn square; give it an `aria-label`. */
	readonly iconOnly?: boolean;
}

export interface ButtonProps extends Look, ComponentProps<"button"> {
	readonly isBusy?: boolean;
}

function look({ kind = "secondary", size = "default", iconOnly }: Look) {
	return { "data-kind": kind, "data-size": size, ...(iconOnly ? { "data-icon-only": "" } : {}) };
}

/** A button that says with a verb what it does. While busy it stays focusable and ignores presses. */
export function Button({ kind, size, iconOnly, isBusy, className, children, onClick, type = "button", ...rest }: ButtonProps) {
	return (
		<button
			{...rest}
			{...look({ ...(kind ? { kind } : {}), ...(size ? { size } : {}), ...(iconOnly ? { iconOnly } : {}) })}
			type={isBusy ? "button" : type}
			aria-disabled={isBusy || rest["aria-disabled"] || undefined}
			onClick={(event) => {
				if (isBusy || rest["aria-disabled"] === true) event.preventDefault();
				else onClick?.(event);
			}}
			className={`w-button ${className ?? ""}`}
		>
			{isBusy ? <Spinner /> : null}
			{children}
		</button>
	);
}

interface LinkButtonProps extends Look {
	readonly href: string;
	readonly children: ReactNode;
	readonly className?: string;
}

/** Looks like a button, is a link: it goes somewhere. */
export function LinkButton({ kind, size, href, children, className }: LinkButtonProps) {
	return (
		<Link href={href} {...look({ ...(kind ? { kind } : {}), ...(size ? { size } : {}) })} className={`w-button ${className ?? ""}`}>
			{children}
		</Link>
	);
}
