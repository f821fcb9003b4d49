import type { Point } from "../document/place.ts";
import type { ScreenPoint } from "../view/store.ts";

/** What actions may ask of the drawn canvas. */
export interface CanvasHandle {
	toFlow(screen: ScreenPoint): Point;
	/** The middle of what is in view. */
	centre(): Point;
	/** Corners of what is in view. */
	bounds(): readonly [Point, Point];
	/** Is this point of the screen on the canvas? */
	covers(screen: ScreenPoint): boolean;
	zoomBy(factor: number): void;
	zoomTo(zoom: number): void;
	fit(nodeIds?: readonly string[]): void;
	/** Moves the view only when the node is out of it. */
	show(nodeId: string): void;
	/** Lines and borders get stronger as the drawing gets smaller. */
	strengthen(zoom: number): void;
	/** Puts the keyboard on a node, on one of its ports, or on the canvas itself. */
	focusNode(nodeId: string): void;
	focusPort(nodeId: string): void;
	focusPane(): void;
	/** While the other end of an edge is chosen by key: goes `step` ports on. */
	focusCandidate(step: number): void;
	boxOf(nodeId: string): DOMRect | undefined;
	/** Forgets a connection begun by click. */
	cancelConnecting(): void;
}
