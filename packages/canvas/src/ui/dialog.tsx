import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { type ReactNode, useEffect, useId, useRef } from "react";

export interface DialogProps {
	readonly title: string;
	readonly children: ReactNode;
	/** 520 pixels, 760 or 920. */
	readonly width?: "narrow" | "middle" | "wide";
	/** Undefined: the dialog asks for a decision and cannot be closed without one. */
	readonly onClose: (() => void) | undefined;
}

/** A modal dialog on the browser's own: it keeps the focus inside and gives it back. */
export function Dialog({ title, children, width = "narrow", onClose }: DialogProps) {
	const dialog = useRef<HTMLDialogElement>(null);
	const titleId = useId();
	useEffect(() => {
		const element = dialog.current;
		const before = document.activeElement;
		if (element !== null && !element.open) element.showModal();
		return () => {
			element?.close();
			if (before instanceof HTMLElement) before.focus({ preventScroll: true });
		};
	}, []);
	// A button that is pressed and thereby disabled would drop the focus to the page behind.
	useEffect(() => {
		const element = dialog.current;
		const at = document.activeElement;
		if (element?.open === true && (at === null || at === document.body || at.matches(":disabled"))) element.focus({ preventScroll: true });
	});
	return (
		<dialog
			ref={dialog}
			tabIndex={-1}
			className="weir-dialog"
			data-width={width}
			aria-labelledby={titleId}
			onCancel={(event) => {
				event.preventDefault();
				onClose?.();
			}}
		>
			<div className="weir-dialog-head">
				<h2 id={titleId}>{title}</h2>
				{onClose !== undefined && (
					<button type="button" className="weir-icon-button" aria-label="Close" onClick={onClose}>
						<XIcon size={16} aria-hidden="true" />
					</button>
				)}
			</div>
			{children}
		</dialog>
	);
}
