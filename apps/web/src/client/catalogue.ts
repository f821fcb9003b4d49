import type { NodeEditors, NodeIcons } from "@weir/canvas";
import type { Catalogue, NodeCategory } from "@weir/node-kit";
import { catalogue, icons } from "@weir/nodes/definitions";
import { editors } from "@weir/nodes/editors";

type EditorModule = Awaited<ReturnType<NodeEditors[string]>>;

/** All node types: the pages hand this to the canvas, which knows none by name. */
export const CATALOGUE: Catalogue = catalogue;
export const ICONS: NodeIcons = Object.fromEntries(icons);
// A form's own props are checked where it is written; here only that there is one.
export const EDITORS: NodeEditors = Object.fromEntries(
	[...editors].map(([kind, load]) => [kind, async () => (await load()) as EditorModule]),
);

/** A kind that this build does not know (a newer flow) is drawn as a control node. */
export function categoryOf(kind: string): NodeCategory {
	return CATALOGUE.get(kind)?.category ?? "control";
}

export function titleOf(kind: string): string {
	return CATALOGUE.get(kind)?.title ?? kind;
}

export function iconOf(kind: string): string {
	return ICONS[kind] ?? "";
}
