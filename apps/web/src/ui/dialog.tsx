"use client";

import { Dialog as Base } from "@cloudflare/kumo/primitives/dialog";
import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import type { CSSProperties, ReactNode } from "react";

interface DialogProps {
	readonly title: string;
	readonly description?: ReactNode;
	readonly isOpen: boolean;
	onClose(): void;
	readonly children: ReactNode;
	/** Buttons at the foot, the main one last. */
	readonly actions?: ReactNode;
	readonly widthPx?: number;
	/** Drawn at the right edge, full height: for content one works beside. */
	readonly isSheet?: boolean;
}

/** A dialog that keeps focus inside and gives it back when it closes. */
export function Dialog({ title, description, isOpen, onClose, children, actions, widthPx = 480, isSheet }: DialogProps) {
	const style: CSSProperties & Record<"--dialog-width", string> = { "--dialog-width": `${widthPx}px` };
	return (
		<Base.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
			<Base.Portal>
				<Base.Backdrop className="w-backdrop" />
				<Base.Popup className={isSheet ? "w-sheet" : "w-dialog"} style={style}>
					<div className="flex items-start gap-3 border-b border-hairline px-4 py-3">
						<div className="min-w-0 flex-1">
							<Base.Title className="text-panel font-semibold">{title}</Base.Title>
							{description ? <Base.Description className="text-muted">{description}</Base.Description> : null}
						</div>
						<Base.Close className="w-button -mr-1" data-kind="ghost" data-size="compact" data-icon-only="" aria-label="Close">
							<XIcon size={16} aria-hidden="true" />
						</Base.Close>
					</div>
					<div className="min-h-0 flex-1 overflow-y-auto px-4 py-4">{children}</div>
					{actions ? <div className="flex justify-end gap-2 border-t border-hairline px-4 py-3">{actions}</div> : null}
				</Base.Popup>
			</Base.Portal>
		</Base.Root>
	);
}
