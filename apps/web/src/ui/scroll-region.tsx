import type { CSSProperties, ReactNode } from "react";

interface ScrollRegionProps {
	readonly label: string;
	readonly className?: string;
	readonly style?: CSSProperties;
	readonly id?: string;
	readonly children: ReactNode;
}

/** A part that scrolls by itself and that the keyboard can reach to do so. */
export function ScrollRegion({ label, children, ...rest }: ScrollRegionProps) {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take focus, or a keyboard cannot read its end
		<section {...rest} aria-label={label} tabIndex={0}>
			{children}
		</section>
	);
}
