"use client";

import { Toast } from "@cloudflare/kumo/primitives/toast";
import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import type { ReactNode } from "react";

function Toasts() {
	const { toasts } = Toast.useToastManager();
	return toasts.map((toast) => (
		<Toast.Root
			key={toast.id}
			toast={toast}
			className="w-popup flex items-start gap-3 p-3 pl-4 data-[type=error]:border-error"
			swipeDirection={["right", "down"]}
		>
			<div className="min-w-0 flex-1">
				<Toast.Title className="font-medium" />
				<Toast.Description className="text-muted" />
			</div>
			<Toast.Action className="w-button" data-kind="ghost" data-size="compact" />
			<Toast.Close className="w-button" data-kind="ghost" data-size="compact" data-icon-only="" aria-label="Close message">
				<XIcon size={14} aria-hidden="true" />
			</Toast.Close>
		</Toast.Root>
	));
}

/** Holds the short messages bottom right; they are read out politely and go by themselves. */
export function ToastHost({ children }: { readonly children: ReactNode }) {
	return (
		<Toast.Provider timeout={8000} limit={3}>
			{children}
			<Toast.Portal>
				<Toast.Viewport className="fixed right-4 bottom-4 z-60 flex w-90 max-w-[calc(100vw-32px)] flex-col gap-2 outline-none">
					<Toasts />
				</Toast.Viewport>
			</Toast.Portal>
		</Toast.Provider>
	);
}

export interface Notice {
	readonly title: string;
	readonly description?: string;
	readonly isError?: boolean;
	readonly action?: { readonly label: string; run(): void };
}

/** Shows one short message. */
export function useNotify(): (notice: Notice) => void {
	const manager = Toast.useToastManager();
	return ({ title, description, isError, action }) => {
		manager.add({
			title,
			...(description ? { description } : {}),
			...(isError ? { type: "error", priority: "high" as const } : {}),
			...(action ? { actionProps: { children: action.label, onClick: () => action.run() } } : {}),
		});
	};
}
