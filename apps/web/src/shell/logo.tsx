/** The mark: three lines of water passing a weir, one of them held back. */
export function Logo({ isCompact = false }: { readonly isCompact?: boolean }) {
	return (
		<span className="inline-flex items-center gap-2 text-panel font-semibold">
			<svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
				<rect width="20" height="20" rx="5" fill="var(--weir-accent)" />
				<g stroke="var(--weir-on-accent)" strokeWidth="1.8" strokeLinecap="round" fill="none">
					<path d="M4 6.5h4.5c2 0 1.5 3.5 3.5 3.5h4" />
					<path d="M4 10h3.5" />
					<path d="M4 13.5h4.5c2 0 1.5-3.5 3.5-3.5" />
				</g>
			</svg>
			{isCompact ? <span className="sr-only">Weir</span> : "Weir"}
		</span>
	);
}
