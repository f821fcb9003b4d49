/** A drawing to start from. `flow` is a saved flow; a test resolves every template without a problem. */
export interface FlowTemplate {
	readonly id: string;
	readonly title: string;
	/** One line for the gallery. */
	readonly summary: string;
	/** What it needs, one sentence. */
	readonly needs: string;
	/** Built-in fleet of the simulator that sends what the sources expect. */
	readonly fleet: "pumps" | "taxi" | "air";
	readonly flow: {
		readonly schemaVersion: 1;
		readonly nodes: TemplateNode[];
		readonly edges: TemplateEdge[];
	};
}

interface TemplateNode {
	id: string;
	kind: string;
	version: number;
	label: string;
	config: Record<string, unknown>;
	position: { x: number; y: number };
}

interface TemplateEdge {
	id: string;
	from: { node: string; port: string };
	to: { node: string; port: string };
}

/** A node on the grid of columns and rows that the canvas tidies to. */
export function place(
	id: string,
	kind: string,
	label: string,
	column: number,
	row: number,
	config: Record<string, unknown> = {},
): TemplateNode {
	return { id, kind, version: 1, label, config, position: { x: column * 384, y: row * 128 } };
}

/** `line("pumps", "dedup")`: from the main output to the input. */
export function line(from: string, to: string): TemplateEdge {
	return { id: `${from}-${to}`, from: { node: from, port: "out" }, to: { node: to, port: "in" } };
}
