import { categoryOf, iconOf, titleOf } from "../../client/catalogue.ts";

const MAX_SHOWN = 5;

/** The kinds a flow is made of, as small tiles. */
export function KindIcons({ kinds }: { readonly kinds: readonly string[] }) {
	const distinct = [...new Set(kinds)];
	if (distinct.length === 0) return <span className="text-muted">Empty</span>;
	const left = distinct.length - MAX_SHOWN;
	return (
		<span
			className="flex items-center gap-1"
			role="img"
			aria-label={distinct.map(titleOf).join(", ")}
			title={distinct.map(titleOf).join(", ")}
		>
			{distinct.slice(0, MAX_SHOWN).map((kind) => (
				<KindTile key={kind} kind={kind} sizePx={20} />
			))}
			{left > 0 ? <span className="text-meta text-muted">+{left}</span> : null}
		</span>
	);
}

/** A kind's icon on the tile of its category. */
export function KindTile({ kind, sizePx = 28 }: { readonly kind: string; readonly sizePx?: number }) {
	return (
		<span
			className="inline-flex shrink-0 items-center justify-center text-on-tile"
			style={{ width: sizePx, height: sizePx, borderRadius: sizePx / 4, background: `var(--weir-${categoryOf(kind)})` }}
			aria-hidden="true"
		>
			<span
				className="block [&>svg]:block [&>svg]:h-full [&>svg]:w-full"
				style={{ width: Math.round(sizePx * 0.6), height: Math.round(sizePx * 0.6) }}
				// biome-ignore lint/security/noDangerouslySetInnerHtml: icons of our own catalogue
				dangerouslySetInnerHTML={{ __html: iconOf(kind) }}
			/>
		</span>
	);
}
