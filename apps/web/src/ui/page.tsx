import type { ReactNode } from "react";

interface PageProps {
	readonly title: string;
	/** One sentence under the title. */
	readonly lead?: ReactNode;
	/** Beside the title: how it does. */
	readonly badge?: ReactNode;
	readonly actions?: ReactNode;
	/** Fetching again while the old data stays. */
	readonly isRefreshing?: boolean;
	readonly children: ReactNode;
}

/** A page of the console: title and actions on one line, content under it. */
export function Page({ title, lead, badge, actions, isRefreshing, children }: PageProps) {
	return (
		<div className="relative mx-auto flex w-full max-w-350 flex-col gap-4 px-6 py-5">
			{isRefreshing ? <div className="w-progress" /> : null}
			<div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
				<div className="min-w-0">
					<div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
						<h1 className="text-title font-semibold">{title}</h1>
						{badge}
					</div>
					{lead ? <p className="text-muted">{lead}</p> : null}
				</div>
				{actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
			</div>
			{children}
		</div>
	);
}

interface PanelProps {
	readonly title?: string;
	readonly aside?: ReactNode;
	readonly children: ReactNode;
	readonly className?: string;
	/** Content touches the borders: tables and charts. */
	readonly isFlush?: boolean;
}

/** A bordered part of a page with a title of its own. */
export function Panel({ title, aside, children, className, isFlush }: PanelProps) {
	return (
		<section className={`w-card min-w-0 ${className ?? ""}`} {...(title ? { "aria-label": title } : {})}>
			{title ? (
				<div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b border-hairline px-4 py-1.5">
					<h2 className="text-panel font-semibold">{title}</h2>
					{aside}
				</div>
			) : null}
			<div className={isFlush ? "relative overflow-x-auto" : "p-4"}>{children}</div>
		</section>
	);
}
