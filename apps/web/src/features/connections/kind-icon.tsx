import type { CSSProperties } from "react";

/** The drawing of a kind. It is a mask, so its file is never run as markup. */
export function KindIcon({ svg, size = 20 }: { readonly svg: string; readonly size?: number }) {
	const mask = `url("data:image/svg+xml,${encodeURIComponent(svg.replaceAll("currentColor", "#000"))}") center / contain no-repeat`;
	const style: CSSProperties = { width: size, height: size, mask, WebkitMask: mask };
	return <span aria-hidden="true" className="inline-block shrink-0 bg-current" style={style} />;
}
