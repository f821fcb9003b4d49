import { type DragEvent, useEffect, useState } from "react";
import { useSession } from "../editor/context.ts";
import { importFile, importFlow } from "./transfer.ts";

const hasFile = (event: DragEvent) => event.dataTransfer.types.includes("Files");

/** Takes saved flows that are dropped on the canvas. */
export function useDroppedFlow() {
	const session = useSession();
	const [isOver, setIsOver] = useState(false);
	return {
		isOver,
		handlers: {
			onDragOver(event: DragEvent) {
				if (!session.canEdit || !hasFile(event)) return;
				event.preventDefault();
				event.dataTransfer.dropEffect = "copy" as const;
				setIsOver(true);
			},
			onDragLeave(event: DragEvent) {
				if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setIsOver(false);
			},
			onDrop(event: DragEvent) {
				setIsOver(false);
				const [file] = event.dataTransfer.files;
				if (!session.canEdit || file === undefined) return;
				event.preventDefault();
				void importFile(session, file);
			},
		},
	};
}

/** Takes saved flows that are pasted. Text beside a drawing that does not begin like a flow is left alone. */
export function usePastedFlow(): void {
	const session = useSession();
	useEffect(() => {
		const onPaste = (event: ClipboardEvent) => {
			const at = event.target instanceof Element ? event.target : undefined;
			if (event.defaultPrevented || !session.canEdit) return;
			if (at?.closest("dialog, input, textarea, select, [contenteditable=true]") != null) return;
			const text = event.clipboardData?.getData("text/plain") ?? "";
			const isEmpty = session.documents.getState().flow.nodes.length === 0;
			if (text.trim() === "" || (!isEmpty && !/^\s*\{/.test(text))) return;
			event.preventDefault();
			importFlow(session, text);
		};
		document.addEventListener("paste", onPaste);
		return () => document.removeEventListener("paste", onPaste);
	}, [session]);
}
