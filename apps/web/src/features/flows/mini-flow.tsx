import type { Flow } from "@weir/flow";
import { categoryOf } from "../../client/catalogue.ts";

const CARD = { width: 240, height: 76 };

/** A flow as a picture: a coloured card per node, a line per edge. */
export function MiniFlow({ flow, height = 72 }: { readonly flow: Flow; readonly height?: number }) {
	if (flow.nodes.length === 0) return <div style={{ height }} aria-hidden="true" />;
	const left = Math.min(...flow.nodes.map(({ position }) => position.x));
	const top = Math.min(...flow.nodes.map(({ position }) => position.y));
	const right = Math.max(...flow.nodes.map(({ position }) => position.x)) + CARD.width;
	const bottom = Math.max(...flow.nodes.map(({ position }) => position.y)) + CARD.height;
	const places = new Map(flow.nodes.map(({ id, position }) => [id, position]));
	const margin = 24;

	return (
		<svg
			width="100%"
			height={height}
			viewBox={`${left - margin} ${top - margin} ${right - left + 2 * margin} ${bottom - top + 2 * margin}`}
			preserveAspectRatio="xMidYMid meet"
			aria-hidden="true"
		>
			{flow.edges.map((edge) => {
				const from = places.get(edge.from.node);
				const to = places.get(edge.to.node);
				if (!from || !to) return null;
				const [x1, y1, x2, y2] = [from.x + CARD.width, from.y + CARD.height / 2, to.x, to.y + CARD.height / 2];
				const bend = Math.max(40, (x2 - x1) / 2);
				return (
					<path
						key={edge.id}
						d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
						fill="none"
						stroke="var(--weir-edge-idle)"
						strokeWidth="8"
					/>
				);
			})}
			{flow.nodes.map(({ id, kind, position }) => (
				<g key={id} transform={`translate(${position.x} ${position.y})`}>
					<rect {...CARD} rx="16" fill="var(--weir-surface)" stroke="var(--weir-control-border)" strokeWidth="4" />
					<rect x="16" y="16" width="44" height="44" rx="12" fill={`var(--weir-${categoryOf(kind)})`} />
					<rect x="76" y="22" width="120" height="12" rx="6" fill="var(--weir-edge-idle)" />
					<rect x="76" y="44" width="84" height="10" rx="5" fill="var(--weir-hairline)" />
				</g>
			))}
		</svg>
	);
}
