import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { useSession, useView } from "../editor/context.ts";
import { dismissToast } from "../view/store.ts";

/** Sentences that come and go, and the line that screen readers read out. */
export function Toasts() {
	const session = useSession();
	const toasts = useView((view) => view.toasts);
	const announcement = useView((view) => view.announcement);
	return (
		<>
			<div className="weir-toasts">
				{toasts.map((toast) => (
					<div key={toast.id} className="weir-toast" data-tone={toast.tone}>
						<span>{toast.text}</span>
						{toast.action !== undefined && (
							<button
								type="button"
								className="weir-button small"
								onClick={() => {
									toast.action?.run();
									dismissToast(session.view, toast.id);
								}}
							>
								{toast.action.label}
							</button>
						)}
						<button
							type="button"
							className="weir-icon-button small"
							aria-label="Dismiss"
							onClick={() => dismissToast(session.view, toast.id)}
						>
							<XIcon size={12} aria-hidden="true" />
						</button>
					</div>
				))}
			</div>
			<div className="weir-hidden" role="status" aria-live="polite" data-testid="announcement">
				{announcement}
			</div>
		</>
	);
}
