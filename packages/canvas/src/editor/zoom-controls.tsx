import { CornersOutIcon } from "@phosphor-icons/react/dist/csr/CornersOut";
import { MinusIcon } from "@phosphor-icons/react/dist/csr/Minus";
import { PlusIcon } from "@phosphor-icons/react/dist/csr/Plus";
import { useStore } from "@xyflow/react";
import { useEffect, useRef, useState } from "react";
import { setDragPans } from "../view/store.ts";
import { useSession, useView } from "./context.ts";

const STEPS = [0.25, 0.5, 0.75, 1, 1.5, 2];

/** Bottom left: closer, further, all, and the size in percent with its menu. */
export function ZoomControls({ menu = true }: { readonly menu?: boolean }) {
	const session = useSession();
	const zoom = useStore((state) => Math.round(state.transform[2] * 100));
	const dragPans = useView((view) => view.dragPans);
	const [open, setOpen] = useState(false);
	const box = useRef<HTMLDivElement>(null);
	useEffect(() => {
		if (!open) return;
		const outside = (event: PointerEvent) => {
			if (event.target instanceof Node && box.current?.contains(event.target) === false) setOpen(false);
		};
		document.addEventListener("pointerdown", outside, true);
		return () => document.removeEventListener("pointerdown", outside, true);
	}, [open]);
	const pick = (run: () => void) => () => {
		run();
		setOpen(false);
	};
	return (
		<div ref={box} className="weir-zoom" role="toolbar" aria-label="Zoom" aria-orientation="vertical">
			<button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => session.canvas.current?.zoomBy(1.25)}>
				<PlusIcon size={16} aria-hidden="true" />
			</button>
			<button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => session.canvas.current?.zoomBy(0.8)}>
				<MinusIcon size={16} aria-hidden="true" />
			</button>
			<button type="button" aria-label="Fit the flow" title="Fit the flow (1)" onClick={() => session.canvas.current?.fit()}>
				<CornersOutIcon size={16} aria-hidden="true" />
			</button>
			{menu && (
				<button
					type="button"
					className="weir-zoom-percent"
					aria-label={`Zoom, ${zoom} %`}
					aria-haspopup="menu"
					aria-expanded={open}
					onClick={() => setOpen(!open)}
				>
					{zoom}%
				</button>
			)}
			{open && (
				<div
					className="weir-menu"
					role="menu"
					aria-label="Zoom"
					onKeyDown={(event) => {
						if (event.key !== "Escape") return;
						event.stopPropagation();
						setOpen(false);
					}}
				>
					{STEPS.map((step) => (
						<button key={step} type="button" role="menuitem" onClick={pick(() => session.canvas.current?.zoomTo(step))}>
							{step * 100} %
						</button>
					))}
					<button type="button" role="menuitem" onClick={pick(() => session.canvas.current?.fit())}>
						Fit the flow
					</button>
					<button type="button" role="menuitem" onClick={pick(() => session.canvas.current?.fit([...session.view.getState().nodes]))}>
						Fit the selection
					</button>
					<button
						type="button"
						role="menuitemcheckbox"
						aria-checked={dragPans}
						title="Otherwise dragging selects, and two fingers, Space or the middle button pan"
						onClick={pick(() => setDragPans(session.view, !dragPans))}
					>
						Dragging the canvas pans
					</button>
				</div>
			)}
		</div>
	);
}
