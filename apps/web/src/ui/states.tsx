"use client";

import { ArrowClockwiseIcon } from "@phosphor-icons/react/dist/csr/ArrowClockwise";
import { LockSimpleIcon } from "@phosphor-icons/react/dist/csr/LockSimple";
import { WarningCircleIcon } from "@phosphor-icons/react/dist/csr/WarningCircle";
import type { ReactNode } from "react";
import { ApiError } from "../client/api-error.ts";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy.tsx";

interface StateProps {
	readonly icon?: ReactNode;
	readonly title: string;
	readonly children?: ReactNode;
	readonly action?: ReactNode;
}

/** Fills a place that has nothing to show: what belongs here, why there is none, and one thing to do. */
export function Empty({ icon, title, children, action }: StateProps) {
	return (
		<div className="flex flex-col items-center px-6 py-12 text-center">
			{icon ? <div className="mb-3 text-idle">{icon}</div> : null}
			<p className="text-panel font-semibold">{title}</p>
			{children ? <div className="mt-1 max-w-115 text-muted">{children}</div> : null}
			{action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
		</div>
	);
}

interface FailureProps {
	/** What could not be done: "The flows could not be loaded." */
	readonly title: string;
	readonly error: unknown;
	onRetry?(): void;
	/** Who may change the permission, where the page knows. */
	readonly whoCanGrant?: string;
}

/** What failed, why, the id to ask about, and another try; a missing permission is named instead. */
export function Failure({ title, error, onRetry, whoCanGrant = "An owner or admin of this tenant can give it to you." }: FailureProps) {
	const refusal = error instanceof ApiError ? error : undefined;
	const message = error instanceof Error ? error.message : String(error);
	if (refusal?.status === 403) {
		return (
			<div role="alert">
				<Empty icon={<LockSimpleIcon size={28} aria-hidden="true" />} title="Your role does not allow this.">
					{message} {whoCanGrant}
				</Empty>
			</div>
		);
	}
	return (
		<div role="alert">
			<Empty
				icon={<WarningCircleIcon size={28} className="text-error" aria-hidden="true" />}
				title={title}
				action={
					onRetry && refusal?.status !== 404 ? (
						<Button onClick={onRetry}>
							<ArrowClockwiseIcon size={16} aria-hidden="true" />
							Try again
						</Button>
					) : undefined
				}
			>
				{message}
				{refusal?.requestId ? (
					<span className="mt-1 flex items-center justify-center gap-1 text-meta">
						Request <span className="font-mono">{refusal.requestId}</span>
						<CopyButton text={refusal.requestId} label="Copy the request id" />
					</span>
				) : null}
			</Empty>
		</div>
	);
}

/** A grey bar in the place of something that is still coming; shows only after 150 ms. */
export function Skeleton({ className }: { readonly className: string }) {
	return <div className={`w-skeleton ${className}`} aria-hidden="true" />;
}

/** Rows of a table that is still coming, as high as the real ones. */
export function SkeletonRows({ rows = 6, label }: { readonly rows?: number; readonly label: string }) {
	return (
		<div role="status" aria-label={label}>
			{Array.from({ length: rows }, (_, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: equal bars that never move
				<div key={index} className="flex h-10 items-center gap-6 border-b border-hairline px-3 last:border-b-0">
					<Skeleton className="h-3 w-48" />
					<Skeleton className="h-3 w-20" />
					<Skeleton className="ml-auto h-3 w-16" />
					<Skeleton className="h-3 w-24" />
				</div>
			))}
		</div>
	);
}
