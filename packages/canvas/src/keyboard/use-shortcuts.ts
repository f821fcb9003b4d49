import { useEffect } from "react";
import { tinykeys } from "tinykeys";
import { useSession } from "../editor/context.ts";
import { SHORTCUTS, type Shortcut } from "./shortcuts.ts";

/** Binds the table to the editor. Single letters act only while the canvas has the focus, and nothing acts in a text field or behind a dialog. */
export function useShortcuts(root: React.RefObject<HTMLElement | null>): void {
	const session = useSession();
	useEffect(() => {
		const element = root.current;
		if (element === null) return;
		const bindings = SHORTCUTS.flatMap((shortcut) => shortcut.keys.map((keys) => [keys, handler(shortcut)] as const));
		return tinykeys(element, Object.fromEntries(bindings));

		function handler(shortcut: Shortcut) {
			return (event: KeyboardEvent) => {
				const at = event.target instanceof Element ? event.target : undefined;
				if (event.defaultPrevented || at === undefined || at.closest("dialog") !== null) return;
				const typing = at.closest("input, textarea, select, [contenteditable=true]") !== null;
				if (typing && shortcut.inFields !== true) return;
				if (shortcut.anywhere !== true && at.closest(".weir-canvas") === null) return;
				if (at.closest("button, a, .weir-port") !== null && (shortcut.keys.includes("Enter") || shortcut.keys.includes(" "))) return;
				if (shortcut.edits === true && !session.canEdit) return;
				event.preventDefault();
				shortcut.run(session);
			};
		}
	}, [session, root]);
}
