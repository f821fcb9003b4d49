import type { NodeEditors, NodeIcons } from "@weir/canvas";
import type { Catalogue, NodeCategory } from "@weir/node-kit";
import { DEFINITIONS } from "@weir/nodes/definitions";
import { EDITORS as EDITOR_LOADERS } from "@weir/nodes/editors";
import { ICONS as ICON_TEXTS } from "@weir/nodes/icons";

/** All node types: the pages hand this to the canvas, which knows none by name. */
export const CATALOGUE: Catalogue = DEFINITIONS;
export const ICONS: NodeIcons = ICON_TEXTS;
export const EDITORS: NodeEditors = EDITOR_LOADERS;

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
