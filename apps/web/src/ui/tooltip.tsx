"use client";

import { Tooltip as Base } from "@cloudflare/kumo/primitives/tooltip";
import type { ReactElement, ReactNode } from "react";

/** More about a thing one can focus or point at. Never the only place where something needed is said. */
export function Tooltip({ content, children }: { readonly content: ReactNode; readonly children: ReactElement }) {
	return (
		<Base.Root>
			<Base.Trigger render={children} delay={300} />
			<Base.Portal>
				<Base.Positioner sideOffset={6} className="z-50">
					<Base.Popup className="w-popup max-w-72 px-2.5 py-1.5 text-meta">{content}</Base.Popup>
				</Base.Positioner>
			</Base.Portal>
		</Base.Root>
	);
}
