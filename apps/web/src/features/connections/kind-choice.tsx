import type { ConnectionKind } from "../../client/contract.ts";
import { KindIcon } from "./kind-icon.tsx";

interface KindChoiceProps {
	readonly kinds: readonly ConnectionKind[];
	onChoose(type: string): void;
}

/** All kinds of outside systems, to choose one. */
export function KindChoice({ kinds, onChoose }: KindChoiceProps) {
	return (
		<ul className="grid grid-cols-1 gap-2 sm:grid-cols-2">
			{kinds.map(({ type, title, summary, icon }) => (
				<li key={type}>
					<button
						type="button"
						className="flex h-full w-full items-start gap-3 rounded-control border border-hairline p-3 text-left hover:bg-sunken"
						onClick={() => onChoose(type)}
					>
						<span className="mt-0.5 text-muted">
							<KindIcon svg={icon} />
						</span>
						<span>
							<span className="block font-medium">{title}</span>
							<span className="block text-meta text-muted">{summary}</span>
						</span>
					</button>
				</li>
			))}
		</ul>
	);
}
