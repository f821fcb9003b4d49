import * as z from "zod";

/** Short random string made on the canvas; a label is free text and no id. */
export const nodeIdSchema = z.string().regex(/^[a-z0-9_-]{1,32}$/i, "An id has 1 to 32 letters, digits, - or _.");

export const flowNodeSchema = z.strictObject({
	id: nodeIdSchema,
	kind: z.string().min(1).max(64),
	/** Version of the kind's config shape that `config` was written with. */
	version: z.int().min(1),
	label: z.string().max(80),
	config: z.record(z.string(), z.unknown()),
	/** Canvas place in pixels; its changes never conflict with config changes. */
	position: z.strictObject({ x: z.number(), y: z.number() }),
});

export const flowEdgeSchema = z.strictObject({
	id: nodeIdSchema,
	from: z.strictObject({ node: nodeIdSchema, port: z.string() }),
	to: z.strictObject({ node: nodeIdSchema, port: z.string() }),
});

/** The drawing. Holds nothing of one person's view: no selection, zoom or measured size. */
export const flowSchema = z.strictObject({
	schemaVersion: z.literal(1),
	nodes: z.array(flowNodeSchema).max(500),
	edges: z.array(flowEdgeSchema).max(2000),
});

export type FlowNode = z.infer<typeof flowNodeSchema>;
export type FlowEdge = z.infer<typeof flowEdgeSchema>;
export type Flow = z.infer<typeof flowSchema>;

export const EMPTY_FLOW: Flow = Object.freeze({ schemaVersion: 1, nodes: [], edges: [] });
