import { CheckCircleIcon } from "@phosphor-icons/react/dist/ssr/CheckCircle";
import { CircleDashedIcon } from "@phosphor-icons/react/dist/ssr/CircleDashed";
import { PauseCircleIcon } from "@phosphor-icons/react/dist/ssr/PauseCircle";
import { WarningIcon } from "@phosphor-icons/react/dist/ssr/Warning";
import { XCircleIcon } from "@phosphor-icons/react/dist/ssr/XCircle";
import type { ReactNode } from "react";
import { Spinner } from "./spinner.tsx";

const TONES = {
	ok: { className: "bg-ok-soft text-ok-text", icon: <CheckCircleIcon size={14} aria-hidden="true" /> },
	warn: { className: "bg-warn-soft text-warn-text", icon: <WarningIcon size={14} aria-hidden="true" /> },
	error: { className: "bg-error-soft text-error-text", icon: <XCircleIcon size={14} aria-hidden="true" /> },
	busy: { className: "bg-accent-soft text-accent-text", icon: <Spinner size={12} /> },
	paused: { className: "bg-sunken text-muted", icon: <PauseCircleIcon size={14} aria-hidden="true" /> },
	draft: { className: "bg-sunken text-muted", icon: <CircleDashedIcon size={14} aria-hidden="true" /> },
	plain: { className: "bg-sunken text-muted", icon: null },
	accent: { className: "bg-accent-soft text-accent-text", icon: null },
} as const;

export type ChipTone = keyof typeof TONES;

/** A state: colour, icon and always the word. */
export function Chip({ tone, children }: { readonly tone: ChipTone; readonly children: ReactNode }) {
	const { className, icon } = TONES[tone];
	return (
		<span
			className={`inline-flex h-5.5 shrink-0 items-center gap-1 rounded-chip px-2 text-meta font-medium whitespace-nowrap ${className}`}
		>
			{icon}
			{children}
		</span>
	);
}
