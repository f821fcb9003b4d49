import { CheckCircleIcon } from "@phosphor-icons/react/dist/ssr/CheckCircle";
import { InfoIcon } from "@phosphor-icons/react/dist/ssr/Info";
import { WarningIcon } from "@phosphor-icons/react/dist/ssr/Warning";
import { XCircleIcon } from "@phosphor-icons/react/dist/ssr/XCircle";
import type { ReactNode } from "react";

const TONES = {
	info: { icon: InfoIcon, className: "bg-accent-soft text-accent-text" },
	ok: { icon: CheckCircleIcon, className: "bg-ok-soft text-ok-text" },
	warn: { icon: WarningIcon, className: "bg-warn-soft text-warn-text" },
	error: { icon: XCircleIcon, className: "bg-error-soft text-error-text" },
} as const;

interface BannerProps {
	readonly tone: keyof typeof TONES;
	readonly children: ReactNode;
	readonly action?: ReactNode;
}

/** A message that stays: icon, sentence and, when there is one, the next step. */
export function Banner({ tone, children, action }: BannerProps) {
	const { icon: Icon, className } = TONES[tone];
	return (
		<div role={tone === "error" ? "alert" : "status"} className={`flex items-start gap-2 rounded-control px-3 py-2 text-body ${className}`}>
			<Icon size={16} className="mt-0.5 shrink-0" aria-hidden="true" />
			<div className="min-w-0 flex-1">{children}</div>
			{action}
		</div>
	);
}
