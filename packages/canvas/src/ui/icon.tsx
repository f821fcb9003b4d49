import type { NodeCategory } from "@weir/node-kit";
import type { CSSProperties } from "react";
import { useSession } from "../editor/context.ts";
import type { NodeIcons } from "../ports.ts";

const PLAIN =
	'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5" fill="none" stroke="#000" stroke-width="1.5"/></svg>';

interface TileProps {
	readonly kind: string;
	readonly category: NodeCategory | undefined;
	readonly size?: number;
}

/** The kind's icon on its category's colour, inside an editor or a view of a flow. */
export function Tile(props: TileProps) {
	const { icons } = useSession();
	return <KindTile icons={icons} {...props} />;
}

/** The kind's icon on its category's colour. The icon is a mask, so its file is never run as markup. */
export function KindTile({ kind, category, icons, size = 28 }: TileProps & { readonly icons: NodeIcons }) {
	const markup = (icons[kind] ?? PLAIN).replaceAll("currentColor", "#000");
	const style = {
		"--weir-icon": `url("data:image/svg+xml,${encodeURIComponent(withNamespace(markup))}")`,
		width: size,
		height: size,
	} as CSSProperties;
	return <span className="weir-tile" data-category={category ?? "control"} style={style} aria-hidden="true" />;
}

function withNamespace(markup: string): string {
	return markup.includes("xmlns=") ? markup : markup.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}

export const CATEGORY_WORDS: Readonly<Record<NodeCategory, string>> = {
	source: "source",
	transform: "transform",
	stateful: "stateful",
	ml: "ML",
	control: "control",
	sink: "sink",
};
