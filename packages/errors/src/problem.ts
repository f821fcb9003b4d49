/** A press of a button that puts a problem right; the canvas knows how to carry each one out. */
export type ProblemFix =
	| { readonly action: "remove-edge"; readonly edgeId: string }
	| { readonly action: "remove-node"; readonly nodeId: string }
	| { readonly action: "add-node"; readonly role: "source" | "sink" }
	| { readonly action: "set-field"; readonly nodeId: string; readonly path: string; readonly value: unknown; readonly label: string }
	| { readonly action: "focus-field"; readonly nodeId: string; readonly path: string };

/** Something wrong in a flow, returned and shown at a node and field; never thrown. */
export interface Problem {
	/** Stable word, e.g. `no-source`, `edge-loop`, `field-required`, `expression-unknown-field`. */
	readonly code: string;
	/** An error stops a deploy; a warning does not. */
	readonly severity: "error" | "warning";
	/** A whole sentence that says what is wrong and what to do. */
	readonly message: string;
	readonly nodeId?: string;
	readonly edgeId?: string;
	/** Path into the node's config, e.g. `condition` or `aggregates.0.field`. */
	readonly path?: string;
	/** Where in the field's text: 1-based line and column, and the word. */
	readonly at?: { readonly line: number; readonly column: number; readonly word: string };
	readonly fix?: ProblemFix;
}
