import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from "react";
import { chooseFile, exportFlow } from "../transfer/transfer.ts";
import { type ScreenPoint, selectNodes } from "../view/store.ts";
import { askAndDelete, connectToPopover, selectPath } from "./actions.ts";
import { useDocument, useSession } from "./context.ts";
import { useHanded } from "./handed.ts";
import type { Session } from "./session.ts";
import { openTap } from "./tapping.ts";

/** Opens the menu of a node, or of the drawing; a node outside the selection becomes the selection. */
export function openMenu(session: Session, event: MouseEvent | globalThis.MouseEvent, node: string | undefined): void {
	event.preventDefault();
	if (node !== undefined && !session.view.getState().nodes.has(node)) selectNodes(session.view, [node]);
	const box = node === undefined || event.clientX > 0 ? undefined : session.canvas.current?.boxOf(node);
	const at = box === undefined ? { x: event.clientX, y: event.clientY } : { x: box.right, y: box.top };
	session.view.setState({ popover: { kind: "menu", node, at } });
}

interface MenuProps {
	readonly node: string | undefined;
	readonly at: ScreenPoint;
	close(): void;
}

interface Entry {
	readonly label: string;
	readonly keys?: string;
	/** Also leaves the keyboard where the entry puts it. */
	run(): void;
}

/** What can be done here, with the keys that do the same. */
export function NodeMenu({ node, close }: MenuProps) {
	const session = useSession();
	const { taps, flowName } = useHanded();
	const isEmpty = useDocument(({ flow }) => flow.nodes.length === 0);
	const menu = useRef<HTMLDivElement>(null);
	useEffect(() => menu.current?.querySelector("button")?.focus(), []);
	const { canEdit, canvas, view } = session;
	const entries: readonly (Entry | false)[] =
		node === undefined
			? [
					!isEmpty && {
						label: "Select all",
						keys: "Ctrl A",
						run: () =>
							selectNodes(
								view,
								session.documents.getState().flow.nodes.map(({ id }) => id),
							),
					},
					!isEmpty && { label: "Fit the flow", keys: "1", run: () => canvas.current?.fit() },
					canEdit && { label: "Import a flow…", run: () => chooseFile(session) },
					!isEmpty && { label: "Export the flow", run: () => exportFlow(session, flowName ?? "flow") },
				]
			: [
					{ label: "Select path", keys: "Alt P", run: () => selectPath(session, node) },
					taps !== undefined && { label: "Look at the records", keys: "T", run: () => openTap(session, { kind: "node", id: node }) },
					canEdit && {
						label: "Connect to…",
						keys: "C",
						run() {
							view.setState({ focused: node });
							connectToPopover(session);
						},
					},
					canEdit && { label: "Delete", keys: "Del", run: () => askAndDelete(session, true) },
				];
	const walk = (event: KeyboardEvent<HTMLDivElement>) => {
		const buttons = [...event.currentTarget.querySelectorAll("button")];
		const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
		const to =
			event.key === "ArrowDown"
				? (now + 1) % buttons.length
				: event.key === "ArrowUp"
					? (now - 1 + buttons.length) % buttons.length
					: event.key === "Home"
						? 0
						: event.key === "End"
							? buttons.length - 1
							: undefined;
		if (to !== undefined) buttons[to]?.focus();
		else if (event.key === "Escape" || event.key === "Tab") close();
		else return;
		event.preventDefault();
		event.stopPropagation();
	};
	return (
		<div ref={menu} role="menu" tabIndex={-1} aria-label={node === undefined ? "Canvas" : "Node"} onKeyDown={walk}>
			{entries.map(
				(entry) =>
					entry !== false && (
						<button
							key={entry.label}
							type="button"
							role="menuitem"
							tabIndex={-1}
							onClick={() => {
								close();
								entry.run();
							}}
						>
							{entry.label}
							{entry.keys !== undefined && <kbd>{entry.keys}</kbd>}
						</button>
					),
			)}
		</div>
	);
}
