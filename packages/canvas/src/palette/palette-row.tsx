import type { NodeDefinition } from "@weir/node-kit";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { addKind } from "../editor/actions.ts";
import { useSession } from "../editor/context.ts";
import { Tile } from "../ui/icon.tsx";

/** Pixels before a press becomes a drag. */
const DRAG_AFTER = 6;

export interface PaletteRowProps {
	readonly definition: NodeDefinition;
	readonly badge: string | undefined;
	readonly isTabStop: boolean;
}

/** A kind in the palette. Dragging uses pointer events, so that it works with a finger too. */
export function PaletteRow({ definition, badge, isTabStop }: PaletteRowProps) {
	const session = useSession();
	const start = useRef<{ readonly x: number; readonly y: number } | undefined>(undefined);
	const [ghost, setGhost] = useState<{ readonly x: number; readonly y: number } | undefined>(undefined);
	const dragged = useRef(false);
	const onPointerMove = (event: PointerEvent<HTMLButtonElement>) => {
		const from = start.current;
		if (from === undefined) return;
		if (!dragged.current && Math.hypot(event.clientX - from.x, event.clientY - from.y) < DRAG_AFTER) return;
		if (!dragged.current) event.currentTarget.setPointerCapture(event.pointerId);
		dragged.current = true;
		setGhost({ x: event.clientX, y: event.clientY });
	};
	const onPointerUp = (event: PointerEvent<HTMLButtonElement>) => {
		start.current = undefined;
		setGhost(undefined);
		const screen = { x: event.clientX, y: event.clientY };
		const canvas = session.canvas.current;
		if (dragged.current && canvas?.covers(screen) === true) addKind(session, definition.kind, canvas.toFlow(screen));
	};
	return (
		<li>
			<button
				type="button"
				className="weir-palette-row"
				data-kind={definition.kind}
				tabIndex={isTabStop ? 0 : -1}
				disabled={!session.canEdit}
				title={definition.summary}
				onPointerDown={(event) => {
					dragged.current = false;
					if (event.button === 0) start.current = { x: event.clientX, y: event.clientY };
				}}
				onPointerMove={onPointerMove}
				onPointerUp={onPointerUp}
				onPointerCancel={() => {
					start.current = undefined;
					setGhost(undefined);
				}}
				onClick={() => {
					if (!dragged.current) addKind(session, definition.kind);
					dragged.current = false;
				}}
				onKeyDown={walk}
			>
				<Tile kind={definition.kind} category={definition.category} />
				<span className="weir-palette-words">
					<span>{definition.title}</span>
					{badge !== undefined && definition.status === "experimental" && <span className="weir-badge">{badge}</span>}
					<span className="weir-palette-summary">
						{definition.status === "experimental" ? definition.summary : (badge ?? definition.summary)}
					</span>
				</span>
			</button>
			{ghost !== undefined &&
				createPortal(
					<div className="weir-ghost" style={{ left: ghost.x, top: ghost.y }}>
						<Tile kind={definition.kind} category={definition.category} />
						{definition.title}
					</div>,
					editorRoot(),
				)}
		</li>
	);
}

function editorRoot(): Element {
	return document.querySelector(".weir-editor") ?? document.body;
}

/** Up and down go through all rows; the palette is one stop for Tab. */
function walk(event: KeyboardEvent<HTMLButtonElement>): void {
	const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
	if (step === 0) return;
	event.preventDefault();
	const rows = [...(event.currentTarget.closest(".weir-palette")?.querySelectorAll<HTMLElement>(".weir-palette-row") ?? [])];
	const next = rows[rows.indexOf(event.currentTarget) + step];
	if (next !== undefined) next.focus();
	else if (step === -1) document.getElementById("weir-palette-search")?.focus();
}
