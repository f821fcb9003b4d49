import { type KeyboardEvent, type PointerEvent, useState } from "react";

export interface SplitterProps {
	readonly label: string;
	readonly controls: string;
	readonly orientation: "vertical" | "horizontal";
	readonly size: number;
	readonly min: number;
	readonly max: number;
	resize(size: number): void;
}

const STEP = 16;

/** The edge of a panel, to be dragged or moved with the arrow keys. The panel lies right of it, or below. */
export function Splitter({ label, controls, orientation, size, min, max, resize }: SplitterProps) {
	const [start, setStart] = useState<{ readonly at: number; readonly size: number } | undefined>(undefined);
	const at = (event: PointerEvent) => (orientation === "vertical" ? event.clientX : event.clientY);
	const bounded = (wanted: number) => Math.round(Math.max(min, Math.min(max, wanted)));
	const onKeyDown = (event: KeyboardEvent) => {
		const [grow, shrink] = orientation === "vertical" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
		const by = event.key === grow ? STEP : event.key === shrink ? -STEP : 0;
		if (by === 0) return;
		event.preventDefault();
		resize(bounded(size + by));
	};
	return (
		// biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be focused and dragged in all browsers
		<div
			className="weir-splitter"
			role="separator"
			tabIndex={0}
			aria-label={label}
			aria-controls={controls}
			aria-orientation={orientation}
			aria-valuenow={size}
			aria-valuemin={min}
			aria-valuemax={max}
			data-orientation={orientation}
			onPointerDown={(event) => {
				event.currentTarget.setPointerCapture(event.pointerId);
				setStart({ at: at(event), size });
			}}
			onPointerMove={(event) => {
				if (start !== undefined) resize(bounded(start.size + start.at - at(event)));
			}}
			onPointerUp={() => setStart(undefined)}
			onPointerCancel={() => setStart(undefined)}
			onKeyDown={onKeyDown}
		/>
	);
}
