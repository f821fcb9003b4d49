import { createStore, type StoreApi } from "zustand/vanilla";
import type { PortRef } from "../connect/rules.ts";
import type { TapTarget } from "../ports.ts";
import { keepNumber, keptNumber } from "../ui/remembered.ts";

export type InspectorTab = "configure" | "data" | "metrics" | "problems";
type BottomTab = "data" | "problems";
/** How much of a card is drawn, by zoom. */
export type Detail = "full" | "medium" | "block";

export interface ScreenPoint {
	readonly x: number;
	readonly y: number;
}

export interface Connecting {
	readonly from: PortRef;
	readonly side: "out" | "in";
	/** `click`: the other end is chosen by click or key, and a banner says so. */
	readonly by: "drag" | "click";
	/** Ports that take the line, as "node port". */
	readonly candidates: ReadonlySet<string>;
	/** Nodes that have such a port, and the one it begins at: the rest is dimmed. */
	readonly nodes: ReadonlySet<string>;
}

interface PortTip {
	readonly node: string;
	readonly port: string;
	readonly side: "out" | "in";
	readonly at: ScreenPoint;
}

export type Popover =
	| { readonly kind: "quick-add"; readonly from: PortRef; readonly at: ScreenPoint; readonly place?: ScreenPoint }
	| { readonly kind: "connect-to"; readonly node: string; readonly at: ScreenPoint }
	| { readonly kind: "add-role"; readonly role: "source" | "sink"; readonly at: ScreenPoint }
	/** What can be done with a node, or with the drawing where no node is. */
	| { readonly kind: "menu"; readonly node: string | undefined; readonly at: ScreenPoint };

export interface Toast {
	readonly id: number;
	readonly text: string;
	readonly tone: "plain" | "error";
	readonly action?: { readonly label: string; run(): void } | undefined;
}

export interface ViewState {
	readonly nodes: ReadonlySet<string>;
	readonly edges: ReadonlySet<string>;
	/** The one node that Tab reaches. */
	readonly focused: string | undefined;
	/** The node whose ports can be reached by Tab, after Enter. */
	readonly inside: string | undefined;
	readonly tool: "pointer" | "hand";
	/** This person's way: dragging the empty canvas moves it, and Shift draws the band. */
	readonly dragPans: boolean;
	readonly minimap: boolean;
	readonly bottom: BottomTab | undefined;
	readonly tab: InspectorTab;
	readonly connecting: Connecting | undefined;
	readonly portTip: PortTip | undefined;
	readonly popover: Popover | undefined;
	/** A deletion that waits for a yes. */
	readonly deleting: { readonly nodes: readonly string[]; readonly holdingState: readonly string[]; readonly bridge: boolean } | undefined;
	readonly deployOpen: boolean;
	/** What the deploy dialog begins with as its note. */
	readonly deployNote: string;
	/** A version went live a short while ago: the one before is offered. */
	readonly canRollBack: boolean;
	readonly templatesOpen: boolean;
	/** Fields that were left once: from then on their problems are shown at the field. */
	readonly touched: ReadonlySet<string>;
	/** The field to be focused when its form is drawn. */
	readonly wantedField: string | undefined;
	readonly hovered: string | undefined;
	readonly detail: Detail;
	/** What the bottom panel looks at. */
	readonly tapped: TapTarget | undefined;
	/** Edges of the selected edge's path; the others are dimmed. Undefined: none is selected. */
	readonly highlight: ReadonlySet<string> | undefined;
	readonly toasts: readonly Toast[];
	/** Read out by screen readers. */
	readonly announcement: string;
}

export type ViewStore = StoreApi<ViewState>;

const NOTHING: ReadonlySet<string> = new Set();

const DRAG_PANS = "weir-drag-pans";

/** What one person looks at. Not in history, not saved with the drawing. */
export function createViewStore(): ViewStore {
	return createStore<ViewState>()(() => ({
		nodes: NOTHING,
		edges: NOTHING,
		focused: undefined,
		inside: undefined,
		tool: "pointer",
		dragPans: keptNumber(DRAG_PANS) === 1,
		minimap: true,
		bottom: undefined,
		tab: "configure",
		connecting: undefined,
		portTip: undefined,
		tapped: undefined,
		highlight: undefined,
		popover: undefined,
		deleting: undefined,
		deployOpen: false,
		deployNote: "",
		canRollBack: false,
		templatesOpen: false,
		touched: NOTHING,
		wantedField: undefined,
		hovered: undefined,
		detail: "full",
		toasts: [],
		announcement: "",
	}));
}

export function selectNodes(store: ViewStore, ids: Iterable<string>): void {
	const nodes = new Set(ids);
	const [only] = nodes;
	store.setState({ nodes, edges: NOTHING, ...(nodes.size === 1 ? { focused: only } : {}) });
}

/** Chooses what dragging the empty canvas does; kept on this device. */
export function setDragPans(store: ViewStore, dragPans: boolean): void {
	store.setState({ dragPans });
	keepNumber(DRAG_PANS, dragPans ? 1 : 0);
}

let lastToast = 0;

/** Shows a sentence for eight seconds; screen readers hear it too. */
export function toast(store: ViewStore, text: string, options: Partial<Pick<Toast, "tone" | "action">> = {}): void {
	const id = ++lastToast;
	const shown: Toast = { id, text, tone: options.tone ?? "plain", action: options.action };
	store.setState({ toasts: [...store.getState().toasts.slice(-2), shown], announcement: text });
	setTimeout(() => dismissToast(store, id), 8_000);
}

export function dismissToast(store: ViewStore, id: number): void {
	store.setState({ toasts: store.getState().toasts.filter((toast) => toast.id !== id) });
}

export function announce(store: ViewStore, text: string): void {
	store.setState({ announcement: text });
}
